import { DevenvError } from '../../errors/devenv-error.ts';
import type { Context } from '../../ports/context.ts';

/** Throws INTERRUPTED after Ctrl-C, up to the last moment at which a commit leaves nothing behind. */
export function refuseInterrupted({ signal }: Pick<Context, 'signal'>, cause?: unknown): void {
  if (!signal.aborted) return;
  throw new DevenvError('INTERRUPTED', 'The commit was interrupted.', {
    state: 'Nothing was recorded. The changes are still in the workspace.',
    cause,
  });
}
