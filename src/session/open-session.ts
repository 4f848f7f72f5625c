import { findProject } from '../environment/find.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import type { Container } from '../model/container.ts';
import type { Environment } from '../model/environment.ts';
import type { Engine } from '../ports/engine.ts';
import type { Runtime } from '../ports/runtime.ts';
import { awaitWorkspace } from './await-workspace.ts';
import type { Context } from '../ports/context.ts';
import { readExecDefaults } from '../observe/find-workspace.ts';
import { configLimit } from '../observe/project.ts';
import { resolveExecUser } from '../containers/resolve-exec-user.ts';
import type { SecretValues } from '../containers/secret-values/resolve-secrets.ts';
import type { ExecDefaults } from '../model/workspace.ts';
import { readRecord } from '../containers/workspace-record.ts';

/** A running workspace, and how to run commands in it. */
export interface Session {
  readonly engine: Engine;
  /** Absolute, where devenv.yaml lies. */
  readonly folder: string;
  readonly container: Container;
  readonly defaults: ExecDefaults;
  /** Of the environment, also where commands are run as root. */
  readonly user: string;
  /** `NAME=value`, secrets not among them. */
  readonly env: readonly string[];
  readonly secrets: SecretValues;
}

/** Finds the workspace, which must run, and what is given to each command in it. */
export async function openSession(context: Context, workspace: string): Promise<Session> {
  const { folder, file } = await findProject(context.files, context.folder);
  const engine = await context.engine();
  const [container, secrets] = await Promise.all([
    awaitWorkspace(context, engine, folder, workspace),
    readSecrets(context, folder, file),
  ]);
  const defaults = readExecDefaults(container);
  // Root, who is the person, needs no mapping: nothing was recorded that would matter.
  const record = defaults.user === '0:0' ? undefined : await readRecord(context, folder, workspace, container.id);
  if (record?.owners.kind === 'mapped') await requireMapping(engine.runtime, container, record.owners.started);
  return { engine, folder, container, defaults, secrets, ...resolveExecUser(defaults, record) };
}

/** What a person would write now would belong to somebody else on the host. */
async function requireMapping(runtime: Runtime, container: Container, started: string): Promise<void> {
  if ((await runtime.inspect(container.id))?.started === started) return;
  throw new DevenvError('WORKSPACE_STOPPED', 'The workspace was started again by something else than devenv.', {
    hint: 'Run `devenv up`: it makes sure that files of the project stay yours.',
  });
}

/** devenv.yaml is parsed where it can have secrets, and not for every command. */
async function readSecrets(context: Context, folder: string, file: string): Promise<SecretValues> {
  const text = await context.files.readText(file, configLimit, folder);
  if (text?.includes('secrets') !== true) return new Map();
  const [{ parseConfig }, { provideSecrets }] = await Promise.all([
    import('../environment/parse.ts'),
    import('../containers/secret-values/provide-secrets.ts'),
  ]);
  const environment: Environment = parseConfig(text, 'devenv.yaml');
  return provideSecrets(context, { folder, environment });
}
