import { findProject } from '../environment/find.ts';
import { parseConfig } from '../environment/parse.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import { findNearest } from '../errors/find-nearest.ts';
import type { CommandLine, Task } from '../model/workspace.ts';
import { readConfigText } from '../observe/project.ts';
import type { Context } from '../ports/context.ts';
import { openSession } from './open-session.ts';
import { runInSession, type ExecRequest } from './run-in-session.ts';
import { printVariables } from '../model/shell/variables.ts';

export interface RunRequest extends Pick<ExecRequest, 'root' | 'env' | 'onSignal'> {
  readonly task: string;
  /** For the command of the task, not for those that it depends on. */
  readonly args: readonly string[];
  /** Forward the person's agents, git identity and git logins. */
  readonly agent: boolean;
  /** Connects the terminal for one command. */
  readonly attach: () => {
    readonly io: ExecRequest['io'];
    readonly env: readonly string[];
    readonly restore: () => void;
  };
}

/**
 * Runs a task in the workspace of that name, after those that it depends on,
 * each once and in their order. Returns the exit code of the first that fails,
 * else 0. A task gets no rights on this machine: it runs as `exec` does, and so
 * needs no agreement. Throws TASK_NOT_FOUND.
 */
export async function run(context: Context, workspace: string, request: RunRequest): Promise<number> {
  const order = orderTasks(await listTasks(context), request.task);
  const session = await openSession(context, workspace);
  const runOne = request.agent ? (await import('./run-with-agents.ts')).runWithAgents : runInSession;
  for (const { name, run: command, folder, env } of order) {
    if (command === undefined) continue;
    const isLast = name === request.task;
    if (order.length > 1) context.progress.note(`Task ${name}`);
    const { io, env: terminal, restore } = request.attach();
    // A terminal is for each command; other input is for the task that was asked for.
    const { stdin, ...output } = io;
    const exitCode = await runOne(context, session, {
      argv: withArguments(command, isLast ? request.args : []),
      root: request.root,
      ...(folder !== undefined && { folder }),
      env: [...terminal, ...printVariables(env), ...request.env],
      io: isLast || io.tty === true ? { ...output, ...(stdin !== undefined && { stdin }) } : output,
      onSignal: request.onSignal,
    }).finally(restore);
    if (exitCode === 0) continue;
    if (!isLast)
      context.progress.note(`Task ${name} ended with status ${String(exitCode)}: ${request.task} did not run.`);
    return exitCode;
  }
  return 0;
}

/** The tasks of devenv.yaml, in its order. */
export async function listTasks({ files, folder: here }: Context): Promise<readonly Task[]> {
  const { folder, file } = await findProject(files, here);
  return parseConfig((await readConfigText(files, file, folder)) ?? '', 'devenv.yaml').tasks;
}

/** The task, after everything that it depends on. devenv.yaml was checked for cycles. */
function orderTasks(tasks: readonly Task[], wanted: string): readonly Task[] {
  const order = new Set<Task>();
  const add = (name: string): void => {
    const task = tasks.find((one) => one.name === name);
    if (task === undefined) throw refuseUnknown(tasks, name);
    if (order.has(task)) return;
    for (const other of task.depends) add(other);
    order.add(task);
  };
  add(wanted);
  return [...order];
}

function refuseUnknown(tasks: readonly Task[], name: string): DevenvError {
  const names = tasks.map((task) => task.name);
  const nearest = findNearest(name, names);
  const known = names.length === 0 ? 'devenv.yaml has no `tasks`.' : `devenv.yaml has: ${names.join(', ')}.`;
  return new DevenvError('TASK_NOT_FOUND', `There is no task "${name}". ${known}`, {
    ...(nearest !== undefined && { hint: `Did you mean \`devenv run ${nearest}\`?` }),
    data: { names },
  });
}

/** A line gets the arguments at its end, unless it says itself where they go. */
function withArguments(command: CommandLine, args: readonly string[]): readonly string[] {
  if (typeof command !== 'string') return [...command, ...args];
  const places = /\$(?:[@*#1-9]|\{[@*#1-9])/.test(command);
  const line = args.length === 0 || places ? command : `${command.trimEnd()} "$@"`;
  return ['/bin/sh', '-c', line, 'devenv', ...args];
}
