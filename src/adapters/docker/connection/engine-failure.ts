import { DevenvError } from '../../../errors/devenv-error.ts';
import { cleanText } from './clean-text.ts';

/** The engine does not answer in time. Internal to this adapter: `lost` translates it. */
export class AnswerTimeout extends Error {
  override readonly name = 'AnswerTimeout';
}

/** True for words about a full disk, whatever comes with them. */
export const isFull = (message: string): boolean => /no space left on device|disk quota exceeded/i.test(message);

export const fullHint =
  "The engine's disk is full: free some space, as with `docker image prune`, and run the command again.";

/** The engine answered with an error. `data.status` has the status. */
export function refused(purpose: string, status: number, message: string, cause?: unknown): DevenvError {
  if (status === 400 && /client version .* too (old|new)/.test(message)) {
    return new DevenvError('ENGINE_REFUSED', `The engine speaks another API version: ${cleanText(message)}`, {
      hint: 'Update devenv.',
      data: { status },
    });
  }
  // Podman uses 500 for some conflicts of state.
  const told500 = status === 500 && /container state improper/.test(message);
  const data = { status: told500 ? 409 : status };
  const reason = cleanText(message).replace(/\.$/, '');
  const told = reason === '' ? `it answered with status ${String(status)}` : reason;
  return new DevenvError('ENGINE_REFUSED', `The engine could not ${purpose}: ${told}.`, {
    data,
    cause,
    ...(isFull(message) && { hint: fullHint }),
  });
}

/**
 * The connection failed, broke or timed out. Keeps typed errors. Once `signal`
 * has aborted the call, its connection was closed here: whatever it failed with,
 * it was interrupted.
 */
export function lost(purpose: string, address: string, error: unknown, signal?: AbortSignal): DevenvError {
  if (error instanceof DevenvError) return error;
  if (isAbort(error) || signal?.aborted === true)
    return new DevenvError('INTERRUPTED', 'Interrupted.', { data: { during: purpose } });
  return new DevenvError('ENGINE_UNREACHABLE', `The engine at ${address} could not ${purpose}: ${explain(error)}.`, {
    hint: 'Check that the engine runs, and run the same command again.',
    cause: error,
  });
}

/** Runs work on a connection and translates its failures with `lost`. */
export async function withTypedFailures<Result>(
  connection: { readonly name: string },
  { purpose, signal }: { readonly purpose: string; readonly signal?: AbortSignal | undefined },
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw lost(purpose, connection.name, error, signal);
  }
}

/** What went wrong with a connection, in a few words. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown failure';
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return reasons[code] ?? cleanText(error.message, 300);
}

/** True for a broken connection: the request may have been carried out or not. */
export function isBroken(error: unknown): boolean {
  return error instanceof Error && broken.has((error as NodeJS.ErrnoException).code ?? '');
}

export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

const broken = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED']);

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such socket',
  ENOTSOCK: 'this is not a socket',
  ENOTDIR: 'there is no such socket',
  ECONNREFUSED: 'nothing listens there',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the host name cannot be looked up now',
  ETIMEDOUT: 'no connection in time',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ECONNRESET: 'the connection broke',
  EPIPE: 'the connection broke',
  EPROTO: 'it does not speak TLS',
  HPE_INVALID_CONSTANT: 'what answers there does not speak HTTP',
};
