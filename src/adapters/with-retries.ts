import { setTimeout as sleep } from 'node:timers/promises';

/** One try: a result, or a failure that another try may avoid. */
export type Attempt<Result> =
  | { readonly result: Result }
  | {
      readonly failure: Error;
      /** Milliseconds to wait, as the other side asks. */
      readonly wait?: number;
    };

/**
 * Tries once, and again after each of the pauses (milliseconds); throws the
 * last failure. Errors thrown by `attempt` end the tries. An aborted signal
 * ends a pause with an AbortError.
 */
export async function withRetries<Result>(
  pauses: readonly number[],
  signal: AbortSignal | undefined,
  attempt: () => Promise<Attempt<Result>>,
): Promise<Result> {
  for (let turn = 0; ; turn += 1) {
    const tried = await attempt();
    if ('result' in tried) return tried.result;
    const pause = pauses[turn];
    if (pause === undefined) throw tried.failure;
    await sleep(Math.max(pause, tried.wait ?? 0), undefined, { ...(signal && { signal }) });
  }
}
