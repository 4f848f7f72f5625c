import { relative, resolve, sep } from 'node:path';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { withGitTrust } from '../model/git-trust.ts';
import type { ExecOptions as EngineExec } from '../ports/runtime.ts';
import { execUnpaused } from './await-workspace.ts';
import type { Context } from '../ports/context.ts';
import type { Session } from './open-session.ts';
import { execMarker, signalExec } from '../containers/hooks/signal-exec.ts';
import type { ExecDefaults } from '../model/workspace.ts';
import { printVariables } from '../model/shell/variables.ts';

export interface ExecRequest {
  readonly argv: readonly string[];
  readonly root: boolean;
  /** A path of the project to run in, `.` for the project itself; default: the folder that matches the current one. */
  readonly folder?: string;
  /** `NAME=value`, only for this command. */
  readonly env: readonly string[];
  readonly io: Pick<EngineExec, 'tty' | 'size' | 'onResize' | 'stdin' | 'stdout' | 'stderr'>;
  /** Milliseconds after which the command is ended, with every process that it started. */
  readonly limit?: number | undefined;
  /** Calls the listener for each signal of this process. Returns a function that stops this. */
  readonly onSignal: (listener: (signal: NodeJS.Signals) => void) => () => void;
}

/** Milliseconds from a signal to SIGKILL; after a second signal, `impatience`. */
const patience = 5_000;
const impatience = 1_000;

/** The exit code of a command that ran into its limit of time, as that of timeout(1). */
const timedOut = 124;

/**
 * Runs a command in the matching folder of the workspace and returns its exit
 * code. Forwards signals. After a signal, or at the limit of time (124), no
 * process of the command stays in the workspace.
 */
export async function runInSession(context: Context, session: Session, request: ExecRequest): Promise<number> {
  const { engine, folder, container, defaults, secrets } = session;
  const user = request.root ? '0:0' : session.user;
  const variables = user === session.user ? session.env : withGitTrust(session.env);
  const id = randomUUID();

  const abandoned = new AbortController();
  const sent: Promise<void>[] = [];
  let ended = false;
  // An error of the engine ends the command's own connection too.
  const send = async (signal: string): Promise<void> => {
    for (let tries = 0; tries < 20; tries += 1) {
      const reached = await signalExec(engine.runtime, container.id, user, id, signal).catch(() => true);
      // Just after the start, there is no process yet.
      if (reached || ended) return;
      await sleep(100);
    }
  };
  const kill = async (): Promise<void> => {
    await send('SIGKILL');
    abandoned.abort();
  };
  let timer: NodeJS.Timeout | undefined;
  let late = false;
  const limiter =
    request.limit === undefined
      ? undefined
      : setTimeout(() => {
          late = true;
          context.progress.note(
            'The command ran into the limit of --timeout, and is ended with everything that it started.',
          );
          sent.push(send('SIGTERM'));
          timer ??= setTimeout(() => sent.push(kill()), patience);
        }, request.limit);
  const stopListening = request.onSignal((signal) => {
    sent.push(send(signal));
    // The program handles the first Ctrl-C: a prompt may only clear its line.
    if (signal === 'SIGINT' && sent.length === 1) return;
    clearTimeout(timer);
    timer = setTimeout(() => sent.push(kill()), sent.length === 1 ? patience : impatience);
  });
  try {
    const exitCode = await execUnpaused(context, engine.runtime, folder, container.id, {
      argv: request.argv,
      user,
      workingDir: resolveWorkingDir(
        folder,
        request.folder === undefined ? context.folder : resolve(folder, request.folder),
        defaults,
      ),
      env: [...nameUser(variables, request.root), ...printVariables(secrets), ...request.env, `${execMarker}=${id}`],
      ...request.io,
      signal: abandoned.signal,
    });
    return late ? timedOut : exitCode;
  } catch (error) {
    if (late && abandoned.signal.aborted) return timedOut;
    throw error;
  } finally {
    ended = true;
    clearTimeout(timer);
    clearTimeout(limiter);
    await Promise.all(sent);
    // Ends remaining processes of the command, such as background jobs that ignore Ctrl-C.
    if (sent.length > 0) await send(late ? 'SIGKILL' : 'SIGTERM');
    stopListening();
  }
}

/** Adds LOGNAME, as a login does. Root gets its own names, and HOME from the engine. */
function nameUser(variables: readonly string[], root: boolean): readonly string[] {
  const own = root ? variables.filter((entry) => !/^(HOME|USER|LOGNAME)=/.test(entry)) : variables;
  const name = root ? 'root' : own.findLast((entry) => entry.startsWith('USER='))?.slice('USER='.length);
  if (name === undefined) return own;
  return [...(root ? ['USER=root'] : []), `LOGNAME=${name}`, ...own];
}

/** `./api` on the host is `/workspace/api` in the workspace, if the project lies at `/workspace`. */
function resolveWorkingDir(folder: string, here: string, defaults: ExecDefaults): string {
  const below = relative(folder, here);
  return below === '' || below.startsWith('..')
    ? defaults.workingDir
    : `${defaults.workingDir}/${below.split(sep).join('/')}`;
}
