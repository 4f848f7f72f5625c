import { DevenvError } from '../../../errors/devenv-error.ts';
import { cleanText } from '../../docker/connection/clean-text.ts';

/** Turns a failure of the helper into ENGINE_REFUSED; an error that is explained already stays as it is. */
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
