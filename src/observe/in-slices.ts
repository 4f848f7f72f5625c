import { setImmediate } from 'node:timers/promises';

/** Milliseconds for which a computation may keep this process from signals and other work. */
const slice = 200;

/**
 * Visits each item in order. Between slices of 200 ms, signals and other work of
 * this process run: a million items take seconds. Throws once `signal` fires.
 */
export async function inSlices<T>(items: Iterable<T>, visit: (item: T) => void, signal?: AbortSignal): Promise<void> {
  let since = performance.now();
  let visited = 0;
  for (const item of items) {
    visit(item);
    visited += 1;
    if (visited % 512 !== 0 || performance.now() - since < slice) continue;
    await setImmediate();
    signal?.throwIfAborted();
    since = performance.now();
  }
}
