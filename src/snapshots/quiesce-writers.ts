import { OutputTail } from '../observe/output-tail.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import type { Container } from '../model/container.ts';
import type { SnapshotPause } from '../model/snapshot.ts';
import type { CommandLine } from '../model/workspace.ts';
import type { Runtime } from '../ports/runtime.ts';
import { holdStill } from '../capture/still/hold-still.ts';
import type { Context } from '../ports/context.ts';
import { toArgv } from '../model/workspace.ts';

/** A container that may write while a copy is made. */
export interface Writer {
  /** `workspace`, or the service's name. */
  readonly name: string;
  readonly container: Container;
  /** Commands that quiesce its data while it runs on. Default: it is paused. */
  readonly quiesce?: { readonly before?: CommandLine | undefined; readonly after?: CommandLine | undefined };
}

type Ports = Pick<Context, 'progress'>;

/**
 * Quiesces all writers at one moment, by their own commands or by a pause, and
 * always lets them run on. Release each once its data is copied.
 */
export class QuiescedWriters {
  readonly #ports: Ports;
  readonly #runtime: Runtime;
  readonly #pauses: SnapshotPause[] = [];
  readonly #checks: Promise<void>[] = [];
  /** How each quiesced writer is released. */
  readonly #held = new Map<string, () => Promise<void>>();

  constructor(ports: Ports, runtime: Runtime) {
    this.#ports = ports;
    this.#runtime = runtime;
  }

  get pauses(): readonly SnapshotPause[] {
    return this.#pauses;
  }

  /** Throws QUIESCE_FAILED, ENGINE_REFUSED; all run on then. */
  async begin(writers: readonly Writer[]): Promise<void> {
    const running = writers.filter(({ container }) => container.state === 'running');
    try {
      await settle(running.filter(({ quiesce }) => quiesce !== undefined).map((one) => this.#quiesce(one)));
      await settle(running.filter(({ quiesce }) => quiesce === undefined).map((one) => this.#hold(one)));
    } catch (error) {
      await this.release();
      throw error;
    }
  }

  /** Throws ENGINE_REFUSED if the engine did not pause one of them: the copies are not of one moment then. */
  async check(): Promise<void> {
    await settle(this.#checks);
  }

  /** Releases the writers of these names, or all. Ignores those that run already. */
  async release(names: readonly string[] = [...this.#held.keys()]): Promise<void> {
    const ends = names.flatMap((name) => this.#held.get(name) ?? []);
    for (const name of names) this.#held.delete(name);
    await settle(ends.map((end) => end()));
  }

  async #hold({ name, container }: Writer): Promise<void> {
    const hold = await holdStill(this.#runtime, container);
    this.#checks.push(hold.verified);
    this.#held.set(name, async () => {
      this.#pauses.push({ name, by: 'pause', held: Math.round(await hold.release()) });
    });
  }

  async #quiesce({ name, container: { id }, quiesce }: Writer): Promise<void> {
    const began = performance.now();
    let before = 0;
    this.#held.set(name, async () => {
      const ending = performance.now();
      const failure = await runInService(this.#runtime, id, quiesce?.after);
      if (failure !== undefined) this.#ports.progress.note(`quiesce.after of ${name} failed: ${failure}`);
      this.#pauses.push({ name, by: 'quiesce', before, after: Math.round(performance.now() - ending) });
    });
    const failure = await runInService(this.#runtime, id, quiesce?.before);
    before = Math.round(performance.now() - began);
    if (failure === undefined) return;
    throw new DevenvError('QUIESCE_FAILED', `quiesce.before of the service ${name} failed: ${failure}`, {
      state: 'No snapshot was made; the workspace and its services run on.',
    });
  }
}

/** Returns the last lines of a command that failed; absent if it succeeded. A first Ctrl-C does not end it. */
export async function runInService(
  runtime: Runtime,
  container: string,
  command: CommandLine | undefined,
): Promise<string | undefined> {
  if (command === undefined) return undefined;
  const tail = new OutputTail(3);
  const exitCode = await runtime.exec(container, {
    argv: toArgv(command),
    ...tail.streams(),
    tidies: true,
  });
  return exitCode === 0 ? undefined : tail.lines().join(' / ') || `it ended with ${String(exitCode)}`;
}

/** Waits for all, then throws the first failure: nothing runs on in the background. */
export async function settle<T>(work: readonly Promise<T>[]): Promise<readonly T[]> {
  const ended = await Promise.allSettled(work);
  return ended.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}
