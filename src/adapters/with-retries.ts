import { setTimeout as sleep } from 'node:timers/promises';

/** One try: its result, or a failure after which another try may do better. */
export type Attempt<Result> =
  | { readonly result: Result }
  | {
      readonly failure: Error;
      /** Milliseconds that the other side asks to wait. */
      readonly wait?: number;
    };

/**
 * Tries until there is a result, once more after each of the pauses
 * (milliseconds), and throws the last failure. An aborted signal ends a pause
 * with an AbortError. Failures that no other try can change are thrown by
 * `attempt` itself.
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
