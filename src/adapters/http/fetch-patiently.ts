import type { Code } from '../../errors/catalogue.ts';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { Proxies } from '../../model/network/proxies.ts';
import { openResponse, type Opened, type Opening } from './open-response.ts';
import { describeWait, readRetryAfter, withRetries, type Attempt } from '../with-retries.ts';

export interface Patience {
  /** Number of tries. */
  readonly attempts: number;
  /** Milliseconds before the second try; doubled for each further one. */
  readonly delay: number;
  /** Milliseconds without data after which a try ends. */
  readonly stall: number;
}

export const defaultPatience: Patience = { attempts: 4, delay: 500, stall: 30_000 };

const longestWait = 30_000;

export interface Failure {
  /** If it cannot be reached. */
  readonly code: Code;
  /** If a login would be needed. */
  readonly denied: Code;
  readonly deniedHint?: string;
}

/** The body is larger than allowed; not retried. */
class TooLarge extends Error {}

/**
 * GETs an address and passes each chunk of the body to `receive`; calls `begin`
 * before each try. Retries network errors, stalls, 429 and 5xx. Resolves with
 * false for 404. Redirects, logins and `refuse` as in `openResponse`.
 * Throws the codes of `failure`, CONTENT_MISMATCH and INTERRUPTED.
 */
export async function fetchPatiently(
  address: string,
  options: {
    readonly accept: string;
    /** Bytes. */
    readonly limit: number;
    readonly patience: Patience;
    readonly failure: Failure;
    readonly proxies: Proxies;
    /** As in `Opening`. */
    readonly authorization?: string | undefined;
    readonly signal: AbortSignal | undefined;
    /** Tells the person that the registry asks to wait. */
    readonly note: ((line: string) => void) | undefined;
    /** As in `Opening`. */
    readonly compressed?: boolean;
    readonly refuse?: Opening['refuse'];
    readonly begin: () => Promise<void> | void;
    readonly receive: (chunk: Uint8Array) => Promise<void> | void;
  },
): Promise<boolean> {
  const { attempts, delay } = options.patience;
  const pauses = Array.from({ length: attempts - 1 }, (_, turn) => Math.min(longestWait, delay * 2 ** turn));
  try {
    return await withRetries(
      pauses,
      options.signal,
      () => tryOnce(address, options),
      (wait) => options.note?.(describeWait(new URL(address).host, wait)),
    );
  } catch (error) {
    refuseAborted(options.signal);
    throw error;
  }
}

async function tryOnce(address: string, options: Parameters<typeof fetchPatiently>[1]): Promise<Attempt<boolean>> {
  const stalled = new AbortController();
  const timer = setTimeout(() => {
    stalled.abort();
  }, options.patience.stall);
  const signal = options.signal === undefined ? stalled.signal : AbortSignal.any([stalled.signal, options.signal]);
  try {
    await options.begin();
    const { accept, compressed, refuse, failure, proxies, authorization } = options;
    const opening = {
      ...{ accept, ...(compressed === true && { compressed }), signal, proxies, authorization },
      ...{ code: failure.code, refuse },
    };
    const response = await openResponse(address, opening);
    if (response.status < 200 || response.status > 299) {
      response.body.destroy();
      return judgeStatus(address, response, failure);
    }
    await readBody(response, options, () => timer.refresh());
    return { result: true };
  } catch (error) {
    if (error instanceof TooLarge) {
      throw new DevenvError('CONTENT_MISMATCH', `${address} is larger than ${String(options.limit)} bytes.`);
    }
    refuseAborted(options.signal);
    if (isOwnFault(error)) throw error;
    return {
      failure: unreachable(
        options.failure,
        address,
        stalled.signal.aborted ? 'it stopped sending' : describeCause(error),
      ),
    };
  } finally {
    clearTimeout(timer);
  }
}

function judgeStatus(address: string, { status, headers }: Opened, failure: Failure): Attempt<boolean> {
  if (status === 404) return { result: false };
  if (status === 401 || status === 403) {
    const { denied, deniedHint = 'devenv downloads from addresses that need no login.' } = failure;
    throw new DevenvError(denied, `${address} was refused with status ${String(status)}.`, { hint: deniedHint });
  }
  if (status === 429 || status >= 500) {
    return {
      failure: unreachable(failure, address, `it answered with status ${String(status)}`),
      wait: readRetryAfter(headers['retry-after'] ?? null),
    };
  }
  throw new DevenvError(failure.code, `${address} answered with status ${String(status)}.`);
}

async function readBody(
  { body }: Opened,
  { limit, receive }: Parameters<typeof fetchPatiently>[1],
  onChunk: () => void,
): Promise<void> {
  let size = 0;
  for await (const chunk of body) {
    onChunk();
    const bytes = chunk as Uint8Array;
    size += bytes.byteLength;
    if (size > limit) throw new TooLarge();
    await receive(bytes);
  }
}

/** Errors of `receive` and `begin`, as for a full disk, are not the registry's. */
const isOwnFault = (error: unknown): boolean =>
  error instanceof DevenvError || (error instanceof Error && 'syscall' in error && 'path' in error);

function describeCause(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error ? String(error.code) : error.message;
}

function unreachable({ code }: Failure, address: string, reason: string): DevenvError {
  const untrusted = /CERT|VERIFY|SIGNED/.test(reason);
  return new DevenvError(code, `${address} could not be fetched: ${reason}.`, {
    ...(untrusted && {
      hint: 'devenv does not know who signed the certificate of the server. If that is your company, name a file with its authority in NODE_EXTRA_CA_CERTS.',
    }),
  });
}

function refuseAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new DevenvError('INTERRUPTED', 'The download was interrupted.');
}
