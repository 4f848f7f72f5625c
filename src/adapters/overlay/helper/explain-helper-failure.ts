import { DevenvError } from '../../../errors/devenv-error.ts';
import { cleanText } from '../../docker/connection/clean-text.ts';

/** What the helper beside a workspace said when it failed, as ENGINE_REFUSED; what is explained already stays. */
export function explainHelperFailure(error: unknown): unknown {
  if (error instanceof DevenvError || !(error instanceof Error)) return error;
  if (error.message.endsWith(': error 28')) {
    return new DevenvError('ENGINE_REFUSED', 'The disk of the engine’s machine is full.', {
      hint: 'Free some space there, then run the same command again.',
    });
  }
  return new DevenvError('ENGINE_REFUSED', `The helper beside the workspace: ${cleanText(error.message)}.`, {
    cause: error,
  });
}
