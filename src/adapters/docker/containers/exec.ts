import { setTimeout as sleep } from 'node:timers/promises';
import { DevenvError } from '../../../errors/devenv-error.ts';
import type { ExecOptions } from '../../../ports/runtime.ts';
import { ask, askJson, findJson } from '../connection/ask.ts';
import type { Connection } from '../connection/connection.ts';
import { lost } from '../connection/engine-failure.ts';
import { namePath } from '../images/reference.ts';
import { openProgramStream } from './program-stream.ts';
import { StartFailure } from './start-failure.ts';

/**
 * Runs a program in a running container and resolves with its exit code.
 * Throws ENGINE_REFUSED (`data.status` 404: no such container; 409: not
 * running, or paused), ENGINE_UNREACHABLE, and INTERRUPTED if `signal` aborts
 * or an output was closed; the program may then go on.
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
  return namePath(answer.text('Id'));
}

/** Passes input and output until the output ends. */
async function attach(
  connection: Connection,
  id: string,
  options: ExecOptions,
): Promise<{ readonly how: 'clean' | 'broken'; readonly opening: StartFailure }> {
  const purpose = `run ${options.argv[0] ?? 'nothing'}`;
  const { signal, stdin, tty = false } = options;
  const body = { Detach: false, Tty: tty };
  const call = { method: 'POST', path: `/exec/${id}/start`, purpose, body, signal } as const;
  const opening = new StartFailure();
  let stopResizing: (() => void) | undefined;
  try {
    const stream = await openProgramStream(connection, call, options, {
      tty,
      filter: (write) => opening.filter(write),
    });
    stopResizing = followSize(connection, id, options);
    const how = await stream.ended;
    if (signal?.aborted === true) throw interrupted(purpose);
    return { how, opening };
  } catch (error) {
    throw lost(purpose, connection.name, error, signal);
  } finally {
    stopResizing?.();
    // An open terminal would keep this process alive.
    stdin?.pause();
  }
}

/**
 * Sends the terminal's size, now and at each change. Returns how to stop. The
 * first is repeated until the engine takes it: a program that is about to start
 * has no terminal yet, on a busy machine for seconds.
 */
function followSize(connection: Connection, id: string, options: ExecOptions): (() => void) | undefined {
  const { size, onResize, tty } = options;
  if (tty !== true || size === undefined) return undefined;
  let ended = false;
  const resize = async (): Promise<boolean> => {
    const { columns, rows } = size();
    if (!(columns > 0 && rows > 0)) return true;
    const query = { h: rows, w: columns };
    const call = { method: 'POST', path: `/exec/${id}/resize`, purpose: 'resize the terminal', query } as const;
    return ask(connection, call).then(
      () => true,
      () => false,
    );
  };
  const resizeFirst = async (): Promise<void> => {
    for (let pause = 20; !ended && !(await resize()); pause = Math.min(pause * 2, 500))
      await sleep(pause, undefined, { ref: false });
  };
  void resizeFirst();
  const stopListening = onResize?.(() => void resize());
  return () => {
    ended = true;
    stopListening?.();
  };
}

/** Waits for the exit code, which may come long after a program has closed its output. */
async function awaitExit(
  connection: Connection,
  id: string,
  how: 'clean' | 'broken',
  signal: AbortSignal | undefined,
): Promise<number> {
  const purpose = 'tell how the program ended';
  for (let pause = 2; ; pause = Math.min(pause * 2, 250)) {
    const state = await findJson(connection, `/exec/${id}/json`, purpose, { signal });
    if (state === undefined) throw lost(purpose, connection.name, new Error('the engine has forgotten the program'));
    const code = state.get('ExitCode');
    if (!state.flag('Running') && typeof code === 'number') return code & 0xff;
    if (how === 'broken' && pause === 250) throw lost(purpose, connection.name, new Error('the connection broke'));
    await sleep(pause, undefined, { signal }).catch(() => {
      throw interrupted(purpose);
    });
  }
}

function interrupted(purpose: string): DevenvError {
  return new DevenvError('INTERRUPTED', 'Interrupted.', { data: { during: purpose } });
}
