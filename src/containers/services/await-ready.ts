import { setTimeout as sleep } from 'node:timers/promises';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { Readiness } from '../../model/service.ts';
import { checkReady, type ReadyTarget } from './check-ready.ts';
import { readLastLines } from '../../observe/output-tail.ts';

/** Milliseconds before the second check; doubles up to the interval. */
const firstPause = 50;
/** Milliseconds that a service without a check must run to count as started. */
const proof = 300;
const shownLines = 20;

/**
 * Waits until a service is ready by its declared check. Failed checks do not
 * count as long as they are closer to each other than the interval. Throws
 * SERVICE_FAILED with its last lines if it ends, or fails too many checks.
 */
export async function awaitReady(
  target: ReadyTarget,
  readiness: Readiness | undefined,
  onDetail: (detail: string) => void,
): Promise<void> {
  if (readiness === undefined) {
    await sleep(proof, undefined, { signal: target.signal });
    return requireAlive(target);
  }
  const { interval, retries, startPeriod } = readiness;
  const begun = Date.now();
  let pause = Math.min(firstPause, interval);
  for (let failures = 0; ;) {
    const answer = await checkReady(target, readiness).catch(async (error: unknown) => {
      // Most likely the service ended; other errors go to the caller.
      await requireAlive(target);
      throw error;
    });
    if (answer.ready) return;
    await requireAlive(target);
    if (pause >= interval && Date.now() - begun >= startPeriod) failures += 1;
    if (failures >= retries) {
      const last = answer.detail === '' ? '' : `; the last one said: ${answer.detail}`;
      throw await failed(target, `was not ready after ${String(failures)} checks${last}`);
    }
    onDetail(answer.detail);
    await sleep(pause, undefined, { signal: target.signal });
    pause = Math.min(pause * 2, interval);
  }
}

/** Milliseconds between looks at a service that is to end; doubles. */
const [firstLook, longestLook] = [50, 1000];

/** Waits until a service that runs once has ended. Throws SERVICE_FAILED with its last lines unless its exit code is 0. */
export async function awaitCompleted(target: ReadyTarget): Promise<void> {
  for (let pause = firstLook; ; pause = Math.min(pause * 2, longestLook)) {
    const details = await target.runtime.inspect(target.container);
    const ended = details?.state === 'exited' || details?.state === 'dead';
    if (ended && details.exitCode === 0) return;
    if (ended || details === undefined || details.state === 'paused') return requireAlive(target);
    await sleep(pause, undefined, { signal: target.signal });
  }
}

/** Throws SERVICE_FAILED if the service does not run. */
export async function requireAlive(target: Omit<ReadyTarget, 'workspace'>): Promise<void> {
  const details = await target.runtime.inspect(target.container);
  if (details === undefined) throw await failed(target, 'was removed by somebody');
  if (details.state === 'running' || details.state === 'restarting') return;
  if (details.state === 'paused') throw await failed(target, 'was paused by somebody');
  throw await failed(target, `ended with exit code ${String(details.exitCode)}`);
}

async function failed(target: Omit<ReadyTarget, 'workspace'>, what: string): Promise<DevenvError> {
  const output = await readLastLines(target.runtime, target.container, shownLines).catch(() => []);
  const lines = output.map((line) => `\n  ${line}`).join('');
  return new DevenvError('SERVICE_FAILED', `The service ${target.service} ${what}.${lines}`, {
    hint: `Read its output with \`devenv logs ${target.service}\`, correct it, and run the same command again.`,
    state: 'Everything else is left as it is.',
    data: { service: target.service, output },
  });
}
