import type { Version } from '../../model/version.ts';
import type { Context } from '../../ports/context.ts';

/**
 * Does what follows a recorded version. It cannot take the version back, so a
 * failure is a warning. `otherwise`: what the failure means.
 */
export async function warnRecorded(
  { progress }: Pick<Context, 'progress'>,
  { number }: Pick<Version, 'number'>,
  otherwise: string,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    progress.note(`Version ${String(number)} is recorded. ${otherwise}: ${why}`);
  }
}
