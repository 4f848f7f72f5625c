import type { Environment } from '../../model/environment.ts';
import type { Task } from '../../model/workspace.ts';
import { DevenvError } from '../../errors/devenv-error.ts';
import { quoteWords } from '../../model/shell/quote-words.ts';
import { toLine, toLines } from './shell-lines.ts';
import { printVariables } from '../../model/shell/variables.ts';

/** A line of sh that a job runs in the project. */
export interface CiStep {
  readonly name: string;
  readonly line: string;
  readonly env: Readonly<Record<string, string>>;
  /** A path of the project; absent: the project itself. */
  readonly folder?: string;
}

/** Names of tasks that a job runs, the first one that there is. */
const usual = ['ci', 'test', 'check'];

/**
 * What a job of a CI service runs: the hooks of a new workspace, which `update` is not one of, then a
 * task after those that it depends on. Default: the task named ci, test or check.
 * Throws TASK_NOT_FOUND.
 */
export function listCiSteps(environment: Environment, task: string | undefined): readonly CiStep[] {
  const { hooks, tasks } = environment;
  const prepare = (['create', 'start'] as const).flatMap((moment) =>
    toLines(hooks[moment] ?? []).map((line) => ({ name: `${moment} hook`, line, env: {} })),
  );
  const wanted = task ?? usual.find((name) => tasks.some((one) => one.name === name));
  if (wanted === undefined) return prepare;
  const order = new Set<Task>();
  const add = (name: string): void => {
    const found = tasks.find((one) => one.name === name);
    if (found === undefined) {
      const names = tasks.map((one) => one.name).join(', ');
      throw new DevenvError(
        'TASK_NOT_FOUND',
        `There is no task "${name}". ${names === '' ? 'devenv.yaml has no `tasks`.' : `devenv.yaml has: ${names}.`}`,
      );
    }
    if (order.has(found)) return;
    for (const other of found.depends) add(other);
    order.add(found);
  };
  add(wanted);
  const steps = [...order].flatMap(({ name, run, env, folder }) =>
    run === undefined
      ? []
      : [{ name, line: toLine(run), env, ...(folder !== undefined && folder !== '.' && { folder }) }],
  );
  return [...prepare, ...steps];
}

/** Words that no shell reads as anything else. */
const plain = /^[\w./@:-]+(?: [\w./@:=-]+)*$/;
/** Programs of the shell itself, whose effect would reach the next step. */
const builtin = /^(?:\.|alias|break|cd|eval|exec|exit|export|readonly|return|set|shift|source|trap|umask|unset)(?: |$)/;

/** A step as one line of a script, none of whose variables and folders reaches the next one. */
export function wrapStep({ line, env, folder }: CiStep): string {
  const variables = printVariables(env);
  if (variables.length === 0 && folder === undefined && plain.test(line) && !builtin.test(line)) return line;
  const words = [...(variables.length > 0 ? ['env', ...variables] : []), 'sh', '-c', line];
  return folder === undefined ? quoteWords(words) : `(cd ${quoteWords([`./${folder}`])} && ${quoteWords(words)})`;
}
