import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Arena } from './arena.ts';

export interface Interruption {
  /** SIGSTOP is followed by SIGCONT a moment later. */
  readonly signal: 'SIGKILL' | 'SIGINT' | 'SIGTERM' | 'SIGSTOP';
  /** Counted from the start of the command, or from when it wrote the lock. */
  readonly after: 'start' | 'lock';
  readonly ms: number;
}

/** Numbers in [0, 1), the same for every run with one seed. */
export function makeRandom(seed: number): () => number {
  let value = seed;
  return () => {
    value = (value * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return value / 2 ** 32;
  };
}

export interface Interrupted {
  /** Exit status, the signal that ended it, or `hung` where it had to be killed after a minute. */
  readonly status: number | string;
  /** Last line of stderr. */
  readonly said: string;
  /** Milliseconds. */
  readonly took: number;
}

/** Runs a command in the arena's project and interrupts it. */
export async function interrupt(
  { folder, bin, env }: Arena,
  args: readonly string[],
  { signal, after, ms }: Interruption,
): Promise<Interrupted> {
  let onLock = (): void => undefined;
  const locked = new Promise<void>((settle) => (onLock = settle));
  let armed = false;
  const watcher = watch(folder, (_, file) => {
    if (armed && file === 'devenv-lock.yaml') onLock();
  });
  // Events of earlier writes arrive first.
  await sleep(50);
  armed = true;
  const begun = performance.now();
  const child = spawn(process.execPath, [bin, ...args], { cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said =
      `${said}${chunk.toString('utf8')}`
        .trimEnd()
        .split(/\n|(?<=…|done|failed)/)
        .at(-1) ?? '';
  });
  const closed = new Promise<number | string>((settle) =>
    child.once('close', (code, by) => {
      settle(code ?? by ?? 'ended');
    }),
  );
  const due = after === 'lock' ? locked.then(() => sleep(ms)) : sleep(ms);
  const early = await Promise.race([closed, due.then(() => undefined)]);
  if (early === undefined) {
    child.kill(signal);
    if (signal === 'SIGSTOP') {
      await sleep(1_000);
      child.kill('SIGCONT');
    }
  }
  const limit = AbortSignal.timeout(60_000);
  const late = sleep(60_000, 'hung', { signal: limit }).catch(() => 'hung');
  const status = early ?? (await Promise.race([closed, late]));
  if (status === 'hung') child.kill('SIGKILL');
  await closed;
  watcher.close();
  return { status, said, took: performance.now() - begun };
}
