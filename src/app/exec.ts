import { relative, sep } from 'node:path';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine, ExecOptions } from '../ports/engine.ts';
import { findProject } from '../config/find.ts';
import type { Context } from './context.ts';
import { awaitWorkspace, execUnpaused } from './await-workspace.ts';
import { readExecDefaults } from './find-workspace.ts';
import { projectTarget, type ExecDefaults } from './workspace-settings.ts';

export interface ExecRequest {
  readonly workspace: string;
  /** Absent: the user's login shell. */
  readonly argv: readonly string[];
  readonly root: boolean;
  /** `NAME=value` for this command only. */
  readonly env: readonly string[];
  readonly io: Pick<ExecOptions, 'tty' | 'size' | 'onResize' | 'stdin' | 'stdout' | 'stderr'>;
  /** Calls its argument with the name of each signal that this process gets; returns how to stop that. */
  readonly onSignal: (listener: (signal: NodeJS.Signals) => void) => () => void;
}

/** Marks every process that belongs to one exec, so that it can be found and ended. */
const marker = 'TEAMVM_EXEC';

/** How long a command that was told to stop may take before it is killed, in milliseconds; and when told twice. */
const patience = 5_000;
const impatience = 1_000;

/**
 * Runs a command in the running workspace, in the same place of the project,
 * and gives its exit code. Signals are passed on; nothing of the command lives
 * on in the workspace when devenv is told to stop.
 */
export async function exec(context: Context, request: ExecRequest): Promise<number> {
  const { folder } = await findProject(context.files, context.folder);
  const engine = await context.engine();
  const container = await awaitWorkspace(context, engine, folder, request.workspace);
  const defaults = readExecDefaults(container);
  const user = request.root ? '0:0' : defaults.user;
  const id = randomUUID();

  const abandoned = new AbortController();
  const sent: Promise<void>[] = [];
  let ended = false;
  // Where the engine is gone, the command's own connection tells it.
  const send = async (signal: string): Promise<void> => {
    for (let tries = 0; tries < 20; tries += 1) {
      const reached = await signalExec(engine, container.id, user, id, signal).catch(() => true);
      // None is there yet, just after the start.
      if (reached || ended) return;
      await sleep(100);
    }
  };
  const kill = async (): Promise<void> => {
    await send('SIGKILL');
    abandoned.abort();
  };
  let timer: NodeJS.Timeout | undefined;
  const stopListening = request.onSignal((signal) => {
    sent.push(send(signal));
    // A first Ctrl-C is the program's to answer: it may be a prompt that only clears its line.
    if (signal === 'SIGINT' && sent.length === 1) return;
    clearTimeout(timer);
    timer = setTimeout(() => sent.push(kill()), sent.length === 1 ? patience : impatience);
  });
  try {
    return await execUnpaused(context, engine, folder, container.id, {
      argv: request.argv,
      user,
      workingDir: resolveWorkingDir(folder, context.folder, defaults),
      env: [
        ...defaults.env.filter((entry) => !(request.root && /^(HOME|USER)=/.test(entry))),
        ...request.env,
        `${marker}=${id}`,
      ],
      ...request.io,
      signal: abandoned.signal,
    });
  } finally {
    ended = true;
    clearTimeout(timer);
    await Promise.all(sent);
    // What the command has started and not ended, jobs of a shell that ignore Ctrl-C above all.
    if (sent.length > 0) await send('SIGTERM');
    stopListening();
  }
}

/** `./api` on the host is `/workspace/api` inside. */
function resolveWorkingDir(folder: string, here: string, defaults: ExecDefaults): string {
  const below = relative(folder, here);
  return below === '' || below.startsWith('..')
    ? defaults.workingDir
    : `${projectTarget}/${below.split(sep).join('/')}`;
}

/**
 * Sends a signal to every process of one exec: they carry its marker in their
 * environment. Asked as the command's own user and as root: without extra
 * capabilities, not even root may read another user's environment. Gives
 * whether there was any.
 */
async function signalExec(
  engine: Engine,
  container: string,
  user: string,
  id: string,
  signal: string,
): Promise<boolean> {
  const script =
    'found=3; for p in /proc/[0-9]*; do if tr "\\0" "\\n" <"$p/environ" 2>/dev/null | grep -qx "$1"; then kill -s "$2" "${p#/proc/}" 2>/dev/null; found=0; fi; done; exit $found';
  const argv = ['/bin/sh', '-c', script, 'devenv', `${marker}=${id}`, signal.replace(/^SIG/, '')];
  const users = [...new Set([user, '0:0'])];
  const codes = await Promise.all(users.map((asked) => engine.exec(container, { argv, user: asked })));
  return codes.some((code) => code !== 3);
}
