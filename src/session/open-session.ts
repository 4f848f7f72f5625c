import { findProject } from '../environment/find.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import type { Container } from '../model/container.ts';
import type { Environment } from '../model/environment.ts';
import type { Engine } from '../ports/engine.ts';
import type { Runtime } from '../ports/runtime.ts';
import { awaitWorkspace } from './await-workspace.ts';
import type { Context } from '../ports/context.ts';
import { readExecDefaults } from '../observe/find-workspace.ts';
import { readConfigText } from '../observe/project.ts';
import { resolveExecUser, readRecord } from '../containers/workspace-record.ts';
import type { SecretValues } from '../containers/secret-values/resolve-secrets.ts';
import type { ExecDefaults } from '../model/workspace.ts';
import { printVariables } from '../model/shell/variables.ts';

/** A running workspace and the settings for commands in it. */
export interface Session {
  readonly engine: Engine;
  /** Absolute; contains devenv.yaml. */
  readonly folder: string;
  readonly container: Container;
  readonly defaults: ExecDefaults;
  /** The user of the environment, also for commands that run as root. */
  readonly user: string;
  /** `NAME=value`, without secrets. */
  readonly env: readonly string[];
  readonly secrets: SecretValues;
}

/** Finds the running workspace, and user, variables and secrets for commands. Throws WORKSPACE_NOT_FOUND, WORKSPACE_STOPPED. */
export async function openSession(context: Context, workspace: string): Promise<Session> {
  const { folder, file } = await findProject(context.files, context.folder);
  const engine = await context.engine();
  const [container, secrets] = await Promise.all([
    awaitWorkspace(context, engine, folder, workspace),
    readSecrets(context, folder, file),
  ]);
  const defaults = readExecDefaults(container);
  const proxy = defaults.proxy === true ? await readProxy(context, folder, file) : {};
  const record = await readRecord(context, folder, workspace, container.id);
  if (record?.owners.kind === 'mapped') await requireMapping(engine.runtime, container, record.owners.started);
  const resolved = resolveExecUser(defaults, record);
  const lent = printVariables(proxy);
  return { engine, folder, container, defaults, secrets, user: resolved.user, env: [...lent, ...resolved.env] };
}

/** Without the mapping, files that the person writes would belong to another user on the host. */
async function requireMapping(runtime: Runtime, container: Container, started: string): Promise<void> {
  if ((await runtime.inspect(container.id))?.started === started) return;
  throw new DevenvError('WORKSPACE_STOPPED', 'Another program than devenv restarted the workspace.', {
    hint: 'Run `devenv up`: it makes sure that files of the project stay yours.',
  });
}

/** The person's proxies as variables. Throws NOT_TRUSTED. */
async function readProxy(context: Context, folder: string, file: string): Promise<Readonly<Record<string, string>>> {
  const [{ readEnvironment }, { requireTrust }, { provideProxy }] = await Promise.all([
    import('../environment/read-environment.ts'),
    import('../containers/require-trust.ts'),
    import('../containers/secret-values/provide-proxy.ts'),
  ]);
  const text = (await readConfigText(context.files, file, folder)) ?? '';
  const environment = await readEnvironment(context.files, folder, text, context.variables);
  if (environment.proxy === true) await requireTrust(context, { folder, environment });
  return (await provideProxy(context, environment)).variables;
}

/** Parses devenv.yaml only if it may declare secrets: most commands need none. */
async function readSecrets(context: Context, folder: string, file: string): Promise<SecretValues> {
  const text = await readConfigText(context.files, file, folder);
  if (text?.includes('secrets') !== true) return new Map();
  const [{ parseConfig }, { provideSecrets }] = await Promise.all([
    import('../environment/parse.ts'),
    import('../containers/secret-values/provide-secrets.ts'),
  ]);
  const environment: Environment = parseConfig(text, 'devenv.yaml');
  return provideSecrets(context, { folder, environment });
}
