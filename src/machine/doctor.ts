import { DevenvError } from '../errors/devenv-error.ts';
import { formatCount } from '../model/format-count.ts';
import { currentVersion } from '../lock/version-items.ts';
import type { Containers, Engine } from '../ports/engine.ts';
import type { Images } from '../ports/images.ts';
import type { Context } from '../ports/context.ts';
import { listWorkspace } from '../observe/find-workspace.ts';
import { isUnderWay } from '../workspace/recovery/is-under-way.ts';
import { describeProxies } from './network/describe-proxies.ts';
import { chooseLabelling } from '../model/selinux.ts';
import { readProject, type Project } from '../observe/project.ts';
import { resolveContainer } from '../containers/resolve-container.ts';
import { observeTrust } from '../containers/require-trust.ts';
import { findVersionImage } from '../observe/version-image.ts';

/** The result of one check. */
export interface Check {
  readonly name: string;
  /** `unknown`: not checked, because what it depends on failed or does not exist. */
  readonly state: 'good' | 'bad' | 'unknown';
  readonly detail: string;
  /** The remedy. */
  readonly hint?: string;
}

type Found = Pick<Check, 'detail'> & Partial<Pick<Check, 'state' | 'hint'>>;

/** Checks everything that a workspace depends on. Changes nothing, reveals no secrets, throws nothing. */
export async function doctor(context: Context, workspace: string): Promise<readonly Check[]> {
  const checks: Check[] = [];
  const run = async <T>(name: string, at: () => Promise<readonly [Found, T]>): Promise<T | undefined> => {
    try {
      const [found, value] = await at();
      checks.push({ name, state: 'good', ...found });
      return value;
    } catch (error) {
      checks.push({ name, ...explain(error) });
      return undefined;
    }
  };
  const project = await run('project', () => checkProject(context));
  const engine = await run('engine', () => checkEngine(context));
  const after = async (name: string, at: (engine: Engine, project: Project) => Promise<Found>): Promise<void> => {
    if (engine !== undefined && project !== undefined) {
      await run(name, async () => [await at(engine, project), undefined]);
    } else checks.push({ name, state: 'unknown', detail: 'not checked: needs a project and an engine' });
  };
  await checkProxies(context, engine, checks);
  if (engine !== undefined && project !== undefined && (await engine.describe()).selinux)
    checks.push({ name: 'selinux', state: 'good', detail: describeLabelling(context, project) });
  await after('trust', (_, found) => checkTrust(context, found));
  await after('version', checkVersion);
  await after('workspace', (reached, found) => checkWorkspace(context, reached, found, workspace));
  await after('registry', (reached, found) => checkRegistry(context, reached.images, found));
  return checks;
}

/** Adds the proxies, if there are any. */
async function checkProxies(context: Context, engine: Engine | undefined, checks: Check[]): Promise<void> {
  const name = 'proxy';
  try {
    const [{ proxies }, told] = await Promise.all([context.network(), engine?.describe()]);
    const found = describeProxies(proxies, told?.proxies);
    if (found !== undefined) checks.push({ name, state: 'good', ...found });
  } catch (error) {
    checks.push({ name, ...explain(error) });
  }
}

async function checkProject(context: Context): Promise<readonly [Found, Project]> {
  const project = await readProject(context);
  const { environment, folder, lock, shape } = project;
  const versions = lock === undefined ? 'no versions' : `version ${String(currentVersion(lock).number)} is current`;
  const pending = lock !== undefined && lock.shape !== shape ? ', devenv.yaml has pending changes (`devenv plan`)' : '';
  return [{ detail: `${environment.name} in ${folder}: ${versions}${pending}` }, project];
}

async function checkEngine(context: Context): Promise<readonly [Found, Engine]> {
  const engine = await context.engine();
  const { product, version, apiVersion, architecture, storage, rootless, selinux } = await engine.describe();
  const facts = [
    `API ${apiVersion}`,
    architecture,
    storage.name,
    engine.capabilities.mountsFolders ? 'local' : 'remote',
    ...(rootless ? ['rootless'] : []),
    ...(selinux ? ['SELinux'] : []),
  ];
  return [{ detail: `${product} ${version} at ${engine.address} (${facts.join(', ')})` }, engine];
}

function describeLabelling({ caFile }: Context, { environment, folder }: Project): string {
  const machine = { folder, owner: { uid: 0, gid: 0 }, caFile };
  const plain = { ...environment, env: {} };
  const spec = resolveContainer(plain, { number: 1, content: 'sha256:' }, '', 'main', machine, false);
  return {
    shared: 'the project folder gets the label that containers share, and the workspace keeps its own',
    none: 'the workspace runs without a label, since it has folders that are not relabelled',
    declared: 'devenv.yaml decides the label of the workspace',
  }[chooseLabelling(spec)];
}

async function checkTrust(context: Context, project: Project): Promise<Found> {
  const { needs, missing } = await observeTrust(context, project);
  if (needs.length === 0) return { detail: 'devenv.yaml requests nothing from your machine' };
  const detail = `devenv.yaml makes ${formatCount(needs.length, 'request')} to your machine`;
  if (missing.length === 0) return { detail: `${detail}, and you agreed` };
  return {
    state: 'bad',
    detail: `${detail}; you did not agree to ${String(missing.length)}`,
    hint: 'Review the requests and agree with `devenv trust`.',
  };
}

async function checkVersion({ images }: Pick<Engine, 'images'>, { environment, lock }: Project): Promise<Found> {
  if (lock === undefined)
    return { state: 'unknown', detail: 'no versions', hint: 'Build the first one with `devenv up`.' };
  const version = currentVersion(lock);
  const title = `version ${String(version.number)}`;
  if ((await findVersionImage(images, environment.name, version)) !== undefined) {
    return { detail: `${title} is on this engine${version.digest === undefined ? ', not pushed' : ''}` };
  }
  if (version.digest !== undefined) return { detail: `${title} is not on this engine; \`devenv up\` pulls it` };
  return {
    state: 'bad',
    detail: `${title} is not on this engine and was not pushed`,
    hint: `Ask ${version.author} to run \`devenv push\`, or build a new version with \`devenv build --clean\`.`,
  };
}

async function checkWorkspace(
  context: Context,
  engine: Containers,
  { folder }: Project,
  workspace: string,
): Promise<Found> {
  if (await isUnderWay(context, folder)) {
    return {
      state: 'bad',
      detail: 'a commit, snapshot or restore is under way, or was killed',
      hint: 'If none is running, `devenv status` repairs what it left behind.',
    };
  }
  const [container] = await listWorkspace(engine, folder, workspace);
  if (container === undefined) return { state: 'unknown', detail: 'none', hint: 'Create it with `devenv up`.' };
  const { name, state } = container;
  return { detail: `${name} (${container.id.slice(0, 12)}) is ${state === 'exited' ? 'stopped' : state}` };
}

async function checkRegistry(context: Context, images: Images, { environment, lock }: Project): Promise<Found> {
  const { image } = environment;
  if (image === undefined) {
    return { state: 'unknown', detail: 'devenv.yaml has no `image`', hint: 'Add it to share versions.' };
  }
  const digest = lock?.versions.findLast((version) => version.digest !== undefined)?.digest;
  const auth = await (await context.registry()).findAuth(image);
  const login = auth === undefined ? 'without a login' : auth.username === '' ? 'with a token' : `as ${auth.username}`;
  if (digest === undefined) return { state: 'unknown', detail: `${image}, ${login}: nothing was pushed` };
  const found = await images.resolveDigest(`${image}@${digest}`, auth);
  if (found !== undefined) return { detail: `${image}, ${login}: has the newest version` };
  return {
    state: 'bad',
    detail: `${image}, ${login}: the newest pushed version is missing`,
    hint: 'Push it again with `devenv push` on a machine that has it.',
  };
}

function explain(error: unknown): Omit<Check, 'name'> {
  if (!(error instanceof DevenvError))
    return { state: 'bad', detail: error instanceof Error ? error.message : String(error) };
  const { code, message, suggestions, at } = error;
  const state = code === 'CONFIG_NOT_FOUND' ? 'unknown' : 'bad';
  const [hint] = suggestions;
  return { state, detail: at === undefined ? message : `${at}: ${message}`, ...(hint && { hint }) };
}
