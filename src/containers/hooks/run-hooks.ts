import { randomUUID } from 'node:crypto';
import { runCommand } from './run-command.ts';
import { catalogue } from '../../errors/catalogue.ts';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { Container } from '../../model/container.ts';
import { toArgv, type Hook, type HookMoment } from '../../model/workspace.ts';
import { adviseLineEnds } from '../../observe/advise-line-ends.ts';
import { labels } from '../../observe/labels.ts';
import type { Runtime } from '../../ports/runtime.ts';
import type { Context } from '../../ports/context.ts';
import { maskValues } from '../../model/mask-values.ts';
import type { SecretValues } from '../secret-values/resolve-secrets.ts';
import { execMarker, signalExec } from './signal-exec.ts';
import { printVariables } from '../../model/shell/variables.ts';

interface HookContext {
  readonly container: Container;
  readonly user: string;
  readonly workingDir: string;
  readonly env: readonly string[];
  readonly secrets: SecretValues;
  /** What no output may show besides. */
  readonly hidden?: readonly string[];
}

/**
 * Runs the commands of one hook in parallel, each to its end. Throws HOOK_FAILED
 * with the last lines of those that fail. An interruption ends their processes.
 */
export async function runHook(
  context: Context,
  runtime: Runtime,
  moment: HookMoment,
  hook: Hook,
  { container, user, workingDir, env, secrets, hidden = [] }: HookContext,
): Promise<void> {
  const id = randomUUID();
  const mask = (line: string): string => maskValues(line, [...secrets.values(), ...hidden]);
  const names = Object.keys(hook);
  // A shell shows the output of its hook; other hooks show it only if they fail.
  const quiet = moment !== 'attach' && !context.verbose;
  const task =
    moment === 'attach'
      ? undefined
      : context.progress.task(`Running the ${moment} hook${names.length > 1 ? `: ${names.join(', ')}` : ''}`);
  const variables = [...env, ...printVariables(secrets), `${execMarker}=${id}`];
  const run = async (name: string): Promise<Failure | undefined> => {
    const title = name === moment ? moment : `${moment}: ${name}`;
    const { exitCode, lines } = await runCommand(runtime, container.id, hook[name] ?? [], {
      ...{ user, workingDir, env: variables, signal: context.signal, each: !quiet },
      onLine: (line) => {
        const masked = mask(line);
        if (quiet) task?.update(masked);
        else context.progress.note(moment === 'attach' ? masked : `[${title}] ${masked}`);
      },
    });
    return exitCode === 0 ? undefined : { name, title, exitCode, lines: lines.map(mask) };
  };
  try {
    // Waits for all before it reports a failure: nothing runs on unseen.
    const results = await Promise.allSettled(names.map(run));
    const broken = results.find((result) => result.status === 'rejected');
    if (broken !== undefined) throw broken.reason;
    const failures = results.flatMap((result) => (result.status === 'fulfilled' ? (result.value ?? []) : []));
    if (failures.length > 0) {
      const commands = failures.map(({ name }) => toArgv(hook[name] ?? []).join(' '));
      const advice = await adviseLineEnds(context.files, container.labels[labels.folder] ?? '', commands.join('\n'));
      throw hookFailed(failures, moment, advice);
    }
    task?.done();
  } catch (error) {
    task?.fail();
    if (context.signal.aborted) await signalExec(runtime, container.id, user, id, 'SIGTERM').catch(() => false);
    throw error;
  }
}

interface Failure {
  readonly name: string;
  readonly title: string;
  readonly exitCode: number;
  readonly lines: readonly string[];
}

function hookFailed(failures: readonly Failure[], moment: HookMoment, hint: string | undefined): DevenvError {
  const told = failures.map(
    ({ title, exitCode, lines }) =>
      // The output of an attach hook was shown already.
      `The hook "${title}" ended with exit code ${String(exitCode)}.${(moment === 'attach' ? [] : lines).map((line) => `\n  ${line}`).join('')}`,
  );
  return new DevenvError('HOOK_FAILED', told.join('\n'), {
    ...(hint !== undefined && { hint: `${hint} ${catalogue.HOOK_FAILED.hint}` }),
    state: 'The workspace runs: enter it with `devenv shell`.',
    data: {
      hook: moment,
      failures: failures.map(({ title, exitCode, lines }) => ({ title, exitCode, output: lines })),
    },
  });
}
