import { setTimeout as sleep } from 'node:timers/promises';

/** One try: a result, or a failure that another try may avoid. */
export type Attempt<Result> =
  | { readonly result: Result }
  | {
      readonly failure: Error;
      /** Milliseconds to wait, as the other side asks. Not retried if they are more than two minutes. */
      readonly wait?: number;
    };

const longestWait = 120_000;

/**
 * Tries once, and again after each of the pauses (milliseconds); throws the
 * last failure. Errors thrown by `attempt` end the tries. An aborted signal
 * ends a pause with an AbortError. `onWait`: the other side asked for a pause.
 */
export async function withRetries<Result>(
  pauses: readonly number[],
  signal: AbortSignal | undefined,
  attempt: () => Promise<Attempt<Result>>,
  onWait?: (milliseconds: number) => void,
): Promise<Result> {
  for (let turn = 0; ; turn += 1) {
    const tried = await attempt();
    if ('result' in tried) return tried.result;
    const [pause, wait = 0] = [pauses[turn], tried.wait];
    if (pause === undefined || wait > longestWait) throw tried.failure;
    if (wait > 0) onWait?.(wait);
    await sleep(Math.max(pause, wait), undefined, { ...(signal && { signal }) });
  }
}

/** Tells the person about a wait that a server asked for. */
export const describeWait = (host: string, milliseconds: number): string =>
  `${host} received too many requests: waiting ${String(Math.ceil(milliseconds / 1_000))} s, as it asks.`;

/** Milliseconds of a Retry-After header: seconds or a date. 0 if there is none. */
export function readRetryAfter(header: string | null | undefined, now = Date.now()): number {
  const text = (header ?? '').slice(0, 100);
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? 0 : Math.max(0, date - now);
}
