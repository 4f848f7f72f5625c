import { DevenvError } from '../errors/devenv-error.ts';
import { currentVersion } from '../lock/version-items.ts';
import type { Containers, Engine } from '../ports/engine.ts';
import type { Images } from '../ports/images.ts';
import type { Context } from '../ports/context.ts';
import { listWorkspace } from '../observe/find-workspace.ts';
import { isUnderWay } from '../workspace/recovery/is-under-way.ts';
import { readProject, type Project } from '../observe/project.ts';
import { observeTrust } from '../containers/require-trust.ts';
import { findVersionImage } from '../observe/version-image.ts';

/** One thing that was looked at. */
export interface Check {
  readonly name: string;
  /** `unknown`: what it hangs on is bad already, or is not there to be looked at. */
  readonly state: 'good' | 'bad' | 'unknown';
  readonly detail: string;
  /** What to do. */
  readonly hint?: string;
}

type Found = Pick<Check, 'detail'> & Partial<Pick<Check, 'state' | 'hint'>>;

/** Looks at everything that a workspace hangs on, changes nothing, and gives no secret away. Throws nothing. */
export async function doctor(context: Context, workspace: string): Promise<readonly Check[]> {
  const checks: Check[] = [];
  const look = async <T>(name: string, at: () => Promise<readonly [Found, T]>): Promise<T | undefined> => {
    try {
      const [found, value] = await at();
      checks.push({ name, state: 'good', ...found });
      return value;
    } catch (error) {
      checks.push({ name, ...explain(error) });
      return undefined;
    }
  };
  const project = await look('project', () => lookAtProject(context));
  const engine = await look('engine', () => lookAtEngine(context));
  const after = async (name: string, at: (engine: Engine, project: Project) => Promise<Found>): Promise<void> => {
    if (engine !== undefined && project !== undefined) {
      await look(name, async () => [await at(engine, project), undefined]);
    } else checks.push({ name, state: 'unknown', detail: 'not looked at: needs a project and an engine' });
  };
  await after('trust', (_, found) => lookAtTrust(context, found));
  await after('version', lookAtVersion);
  await after('workspace', (reached, found) => lookAtWorkspace(context, reached, found, workspace));
  await after('registry', (reached, found) => lookAtRegistry(context, reached.images, found));
  return checks;
}

async function lookAtProject(context: Context): Promise<readonly [Found, Project]> {
  const project = await readProject(context);
  const { environment, folder, lock, shape } = project;
  const versions = lock === undefined ? 'no version yet' : `version ${String(currentVersion(lock).number)} is current`;
  const pending = lock !== undefined && lock.shape !== shape ? ', devenv.yaml asks for more (`devenv plan`)' : '';
  return [{ detail: `${environment.name} in ${folder}: ${versions}${pending}` }, project];
}

async function lookAtEngine(context: Context): Promise<readonly [Found, Engine]> {
  const engine = await context.engine();
  const { product, version, apiVersion, architecture, storage, rootless } = await engine.describe();
  const facts = [
    `API ${apiVersion}`,
    architecture,
    storage.name,
    engine.capabilities.mountsFolders ? 'local' : 'remote',
    ...(rootless ? ['rootless'] : []),
  ];
  return [{ detail: `${product} ${version} at ${engine.address} (${facts.join(', ')})` }, engine];
}

async function lookAtTrust(context: Context, project: Project): Promise<Found> {
  const { needs, missing } = await observeTrust(context, project);
  if (needs.length === 0) return { detail: 'devenv.yaml asks for nothing beyond its containers' };
  const asks = `devenv.yaml asks for ${String(needs.length)} ${needs.length === 1 ? 'thing' : 'things'} of your machine`;
  if (missing.length === 0) return { detail: `${asks}, and you agreed` };
  const detail = `${asks}; you did not agree to ${String(missing.length)}`;
  return { state: 'bad', detail, hint: 'Review and agree with `devenv trust`.' };
}

async function lookAtVersion({ images }: Pick<Engine, 'images'>, { environment, lock }: Project): Promise<Found> {
  if (lock === undefined)
    return { state: 'unknown', detail: 'there is none yet', hint: '`devenv up` builds the first.' };
  const version = currentVersion(lock);
  const title = `version ${String(version.number)}`;
  if ((await findVersionImage(images, environment.name, version)) !== undefined) {
    return { detail: `${title} is on this engine${version.digest === undefined ? ', not pushed yet' : ''}` };
  }
  if (version.digest !== undefined) return { detail: `${title} is not on this engine; \`devenv up\` pulls it` };
  return {
    state: 'bad',
    detail: `${title} is not on this engine, and was never pushed`,
    hint: `Ask ${version.author} to run \`devenv push\`, or make it anew with \`devenv build --clean\`.`,
  };
}

async function lookAtWorkspace(
  context: Context,
  engine: Containers,
  { folder }: Project,
  workspace: string,
): Promise<Found> {
  if (await isUnderWay(context, folder)) {
    return {
      state: 'bad',
      detail: 'a commit, a snapshot or a restore is under way, or was killed',
      hint: 'Where none is running, `devenv status` mends what was left.',
    };
  }
  const [container] = await listWorkspace(engine, folder, workspace);
  if (container === undefined) return { state: 'unknown', detail: 'there is none', hint: '`devenv up` makes it.' };
  const { name, state } = container;
  return { detail: `${name} (${container.id.slice(0, 12)}) is ${state}` };
}

async function lookAtRegistry(context: Context, images: Images, { environment, lock }: Project): Promise<Found> {
  const { image } = environment;
  if (image === undefined) {
    return { state: 'unknown', detail: 'devenv.yaml names none', hint: 'Add `image` to share versions.' };
  }
  const digest = lock?.versions.findLast((version) => version.digest !== undefined)?.digest;
  const auth = await (await context.registry()).findAuth(image);
  const login = auth === undefined ? 'without a login' : `as ${auth.username || 'whom a token names'}`;
  if (digest === undefined) return { state: 'unknown', detail: `${image}, ${login}: nothing was pushed yet` };
  const found = await images.resolveDigest(`${image}@${digest}`, auth);
  if (found !== undefined) return { detail: `${image}, ${login}: has the newest version` };
  return {
    state: 'bad',
    detail: `${image}, ${login}: lacks the newest version that the lock names`,
    hint: 'Who has that version sends it again with `devenv push`.',
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
