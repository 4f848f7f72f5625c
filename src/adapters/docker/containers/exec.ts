import { setTimeout as sleep } from 'node:timers/promises';
import { DevenvError } from '../../../errors/devenv-error.ts';
import type { ExecOptions } from '../../../ports/runtime.ts';
import { ask, askJson } from '../connection/ask.ts';
import type { Connection } from '../connection/connection.ts';
import { lost } from '../connection/engine-failure.ts';
import { Fields } from '../connection/fields.ts';
import { FrameDemuxer } from './frame-demuxer.ts';
import { hijack } from '../connection/hijack.ts';
import { OutputPump } from './output-pump.ts';
import { namePath } from '../images/reference.ts';
import { StartFailure } from './start-failure.ts';

/**
 * Runs a program in a running container and resolves with its exit code.
 * Throws ENGINE_REFUSED (`data.status` 404: no such container; 409: it does
 * not run, or is paused), ENGINE_UNREACHABLE when the connection dies, INTERRUPTED when
 * `signal` aborts or nobody reads the output any more: the program may live on
 * then.
 */
export async function exec(connection: Connection, container: string, options: ExecOptions): Promise<number> {
  const id = await createExec(connection, container, options);
  const { how, opening } = await attach(connection, id, options);
  const exitCode = await awaitExit(connection, id, how, options.signal);
  if (opening.isPaused(exitCode)) {
    throw new DevenvError('ENGINE_REFUSED', 'The container is paused.', { data: { status: 409 } });
  }
  const failure = opening.explain(options.argv[0] ?? '', exitCode);
  if (failure === undefined) {
    opening.release((output, bytes) => void options[output]?.write(bytes));
    return exitCode;
  }
  options.stderr?.write(`error: ${failure.message}\n`);
  return failure.exitCode;
}

async function createExec(connection: Connection, container: string, options: ExecOptions): Promise<string> {
  const answer = await askJson(connection, {
    method: 'POST',
    path: `/containers/${namePath(container)}/exec`,
    purpose: `run ${options.argv[0] ?? 'nothing'}`,
    body: {
      Cmd: options.argv,
      AttachStdin: options.stdin !== undefined,
      AttachStdout: true,
      AttachStderr: true,
      Tty: options.tty ?? false,
      ...(options.user !== undefined && { User: options.user }),
      ...(options.workingDir !== undefined && { WorkingDir: options.workingDir }),
      ...(options.env !== undefined && { Env: options.env }),
    },
    signal: options.signal,
  });
  return namePath(new Fields(answer).text('Id'));
}

/** Passes input and output until the output ends. */
async function attach(
  connection: Connection,
  id: string,
  options: ExecOptions,
): Promise<{ readonly how: 'clean' | 'broken'; readonly opening: StartFailure }> {
  const purpose = `run ${options.argv[0] ?? 'nothing'}`;
  const call = {
    method: 'POST',
    path: `/exec/${id}/start`,
    purpose,
    body: { Detach: false, Tty: options.tty ?? false },
    signal: options.signal,
  } as const;
  let stream: Awaited<ReturnType<typeof hijack>> | undefined;
  let failure: Error | undefined;
  const fail = (error: Error): void => {
    failure ??= error;
    stream?.destroy();
  };
  const pump = new OutputPump(options, () => stream?.resume(), fail);
  const opening = new StartFailure((output, bytes) => {
    pump.write(output, bytes);
  });
  const frames = new FrameDemuxer((output, bytes) => {
    opening.write(output, bytes);
  });
  const receive = (bytes: Uint8Array): boolean => {
    try {
      if (options.tty === true) opening.write('stdout', bytes);
      else frames.push(bytes);
    } catch (error) {
      fail(error as Error);
    }
    return !pump.blocked;
  };
  const { stdin, signal } = options;
  let stopResizing: (() => void) | undefined;
  try {
    stream = await hijack(connection, call, receive);
    if (failure !== undefined) stream.destroy();
    stopResizing = followSize(connection, id, options);
    stdin?.pipe(stream.input);
    const how = await stream.ended;
    if (signal?.aborted === true) throw interrupted(purpose);
    if (failure !== undefined) throw failure;
    await pump.flush();
    if (options.tty !== true && !frames.complete) throw new Error('the connection broke in the middle of the output');
    return { how, opening };
  } catch (error) {
    throw signal?.aborted === true ? interrupted(purpose) : lost(purpose, connection.name, error);
  } finally {
    stopResizing?.();
    pump.close();
    if (stream !== undefined) stdin?.unpipe(stream.input);
    // A terminal that nobody reads would keep this process alive.
    stdin?.pause();
    stream?.destroy();
  }
}

/** Tells the program the terminal's size, now and at each change. Returns how to stop that. */
function followSize(connection: Connection, id: string, options: ExecOptions): (() => void) | undefined {
  const { size, onResize, tty } = options;
  if (tty !== true || size === undefined) return undefined;
  const resize = async (tries: number): Promise<void> => {
    const { columns, rows } = size();
    if (!(columns > 0 && rows > 0)) return;
    try {
      const query = { h: rows, w: columns };
      await ask(connection, { method: 'POST', path: `/exec/${id}/resize`, purpose: 'resize the terminal', query });
    } catch {
      // Just after the start the program has no terminal yet; at its end no more.
      if (tries > 1) await sleep(50).then(() => resize(tries - 1));
    }
  };
  void resize(5);
  return onResize?.(() => void resize(1));
}

/**
 * The output may end a moment before the engine knows the exit code, or long
 * before where the program has closed it and goes on.
 */
async function awaitExit(
  connection: Connection,
  id: string,
  how: 'clean' | 'broken',
  signal: AbortSignal | undefined,
): Promise<number> {
  const purpose = 'tell how the program ended';
  for (let pause = 2; ; pause = Math.min(pause * 2, 250)) {
    const call = { method: 'GET', path: `/exec/${id}/json`, purpose, repeat: 'always', signal } as const;
    const state = await askJson(connection, call, [404]);
    if (state === undefined) throw lost(purpose, connection.name, new Error('it does not know the program any more'));
    const fields = new Fields(state);
    const code = fields.get('ExitCode');
    if (!fields.flag('Running') && typeof code === 'number') return code & 0xff;
    if (how === 'broken' && pause === 250) throw lost(purpose, connection.name, new Error('the connection broke'));
    await sleep(pause, undefined, { signal }).catch(() => {
      throw interrupted(purpose);
    });
  }
}

function interrupted(purpose: string): DevenvError {
  return new DevenvError('INTERRUPTED', `Interrupted while the engine was to ${purpose}.`);
}
