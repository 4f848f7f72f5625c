import { DevenvError } from '../errors/devenv-error.ts';
import { asDevenvError } from '../screen/render/render-error.ts';

/** Exit statuses of errors about the engine, and about registries and the network. */
const connected = new Set([4, 5]);

/**
 * The error to print for what a command threw. After a signal, a failed
 * connection is a consequence of it: devenv closed it, or the terminal ended
 * the program that carries it, as ssh. It then says nothing about the engine.
 */
export function explainThrown(thrown: unknown, interrupted: boolean): DevenvError {
  if (!interrupted) return asDevenvError(thrown);
  if (thrown instanceof DevenvError && !connected.has(thrown.exitCode)) return thrown;
  const state = thrown instanceof DevenvError ? thrown.state : undefined;
  return new DevenvError('INTERRUPTED', 'Interrupted.', { cause: thrown, ...(state !== undefined && { state }) });
}
