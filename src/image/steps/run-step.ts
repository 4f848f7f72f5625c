import { setTimeout as sleep } from 'node:timers/promises';
import { DevenvError } from '../../errors/devenv-error.ts';
import { joinAuthorities, listAuthorityVariables } from '../../model/network/certificate-authorities.ts';
import { gitTrustVariables } from '../../model/git-trust.ts';
import { maskValues } from '../../model/mask-values.ts';
import { asksForLogin } from '../../model/network/asks-for-login.ts';
import type { Action, Step } from '../../model/plan.ts';
import type { Runtime } from '../../ports/runtime.ts';
import { builderCa, fetchedPath } from './fill-builder.ts';
import type { ReadSettings, StepSettings } from './open-settings.ts';
import { OutputTail } from '../../observe/output-tail.ts';
import { printVariables } from '../../model/shell/variables.ts';

const keptLines = 40;

export interface RunOptions {
  /** For programs of the step only, never in the image: `NAME` → value. */
  readonly env: Readonly<Record<string, string>>;
  /** As `openSettings` gives it. */
  readonly settings: ReadSettings;
  /** The working folder of programs. */
  readonly workingDir: string;
  /** True if the builder has the certificate authorities of this machine. */
  readonly ca: boolean;
  readonly onLine: (line: string) => void;
  readonly signal: AbortSignal | undefined;
}

/** Runs a step's actions in a builder, in order, as root. Throws STEP_FAILED with the last lines of output. */
export async function runStep(runtime: Runtime, builder: string, step: Step, options: RunOptions): Promise<void> {
  if (options.ca) {
    const line = joinAuthorities(builderCa.own, builderCa.all);
    const exitCode = await runtime.exec(builder, { argv: ['sh', '-c', line], user: '0' });
    if (exitCode !== 0) throw stepFailed(step, ['sh'], exitCode, ['the certificate authorities could not be joined']);
  }
  for (const [index, action] of step.actions.entries()) {
    for (const argv of programsOf(action, index)) {
      options.signal?.throwIfAborted();
      const { env: settings, secrets } = await options.settings(action.kind === 'exec' ? action.settings : undefined);
      const env = {
        HOME: '/root',
        ...gitTrustVariables,
        ...caEnv(options.ca),
        ...settings,
        ...options.env,
        ...(action.kind === 'exec' ? action.env : {}),
        ...(action.kind === 'feature' ? { ...action.options, ...action.env } : {}),
        ...(action.kind === 'download' ? { DEVENV_DOWNLOAD: fetchedPath(index) } : {}),
      };
      const { exitCode, lines } = await runProgram(runtime, builder, argv, { env, secrets }, options);
      if (exitCode !== 0) throw stepFailed(step, argv, exitCode, lines);
    }
  }
}

/** How often a program is tried that finds a package manager's lock held, a second apart. */
const tries = 120;

/**
 * The package lists are shared with the workspaces of this machine, and an
 * apt-get that a person runs there takes no part in our own locking: apt ends
 * at once where it finds the lists locked, having changed nothing.
 */
async function runProgram(
  runtime: Runtime,
  builder: string,
  argv: readonly string[],
  { env, secrets }: StepSettings,
  options: RunOptions,
): Promise<{ readonly exitCode: number; readonly lines: readonly string[] }> {
  for (let attempt = 1; ; attempt += 1) {
    const tail = new OutputTail(keptLines, (line) => options.onLine(maskValues(line, secrets)));
    const exitCode = await runtime.exec(builder, {
      argv,
      user: '0',
      workingDir: options.workingDir,
      env: printVariables(env),
      ...tail.streams(),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    options.signal?.throwIfAborted();
    const lines = tail.lines().map((line) => maskValues(line, secrets));
    const locked =
      exitCode === 100 && lines.some((line) => /^E: Could not get lock \/var\/(lib|cache)\/apt\//.test(line));
    if (!locked || attempt === tries) return { exitCode, lines };
    options.onLine('another apt-get uses the package lists; waiting');
    await sleep(1000, undefined, { signal: options.signal });
  }
}

function programsOf(action: Action, index: number): readonly (readonly string[])[] {
  switch (action.kind) {
    case 'exec':
    case 'download':
      return [action.argv];
    case 'feature':
      return [['sh', '-c', 'cd -- "$0" && chmod +x install.sh && exec ./install.sh', fetchedPath(index)]];
    case 'copy':
      return [];
    case 'unpack': {
      const parts = action.paths.map((path) => `package/${path}`);
      // -o: files belong to root, whoever packed them. Long options are not known to every tar.
      return [
        ['mkdir', '-p', '--', action.to],
        ['tar', '-x', '-z', '-o', '-f', fetchedPath(index), '-C', action.to, '--strip-components=1', ...parts],
      ];
    }
  }
}

function caEnv(ca: boolean): Readonly<Record<string, string>> {
  return ca ? { ...listAuthorityVariables(builderCa.own, builderCa.all), APT_CONFIG: builderCa.apt } : {};
}

function stepFailed(step: Step, argv: readonly string[], exitCode: number, output: readonly string[]): DevenvError {
  const program = argv[3] === 'apt-get' ? 'apt-get' : (argv[0] ?? '');
  const what = step.id.startsWith('run:') ? 'its command' : step.id.startsWith('feature:') ? 'its install.sh' : program;
  const lines = output.map((line) => `\n  ${line}`).join('');
  const state = 'Nothing of this step was kept; the steps before it were.';
  const data = { step: step.id, exitCode, output };
  if (asksForLogin(output))
    return new DevenvError('PROXY_DENIED', `"${step.title}" failed: a proxy refused ${what}.${lines}`, { state, data });
  return new DevenvError(
    'STEP_FAILED',
    `"${step.title}" failed: ${what} ended with exit code ${String(exitCode)}.${lines}`,
    { state, data },
  );
}
