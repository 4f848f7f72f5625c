import { asMap, parseJson } from '../model/json.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import { findNearest } from '../errors/find-nearest.ts';
import { type Container, type ContainerState, isHalfMade } from '../model/container.ts';
import type { Containers } from '../ports/engine.ts';
import type { Context } from '../ports/context.ts';
import { labels } from './labels.ts';
import { chooseOwn, isAsMade, type Labelled } from './own-containers.ts';
import { selectPlace, type Place } from './place.ts';
import type { ExecDefaults, Restrictions } from '../model/workspace.ts';

/** Containers of one workspace of one project folder; more than one after an interrupted `up`. */
export const listWorkspace = (engine: Containers, folder: string, workspace: string): Promise<readonly Container[]> =>
  listOwn(engine, selectPlace('workspace', { folder, workspace }));

/** Containers that have all labels and were created by devenv. Ignores those that devenv did not create. */
export async function listOwn(engine: Containers, wanted: readonly string[]): Promise<readonly Container[]> {
  return leaveOutForeign(engine, await engine.runtime.list(wanted));
}

/** Most containers are as they were created: no call is needed for them. */
async function leaveOutForeign(engine: Containers, found: readonly Container[]): Promise<readonly Container[]> {
  const labelled = found.map(async (container): Promise<Labelled> => {
    if (isAsMade(container)) return { container };
    const [image, details] = await Promise.all([
      engine.images.inspect(container.image),
      engine.runtime.inspect(container.id),
    ]);
    return { container, more: { image: image?.config.labels ?? {}, mounts: details?.mounts ?? [] } };
  });
  return chooseOwn(await Promise.all(labelled));
}

/** Containers of a workspace and of its services, in one call. */
export async function listPlace(
  engine: Containers,
  { folder, workspace }: Pick<Place, 'folder' | 'workspace'>,
): Promise<{ readonly containers: readonly Container[]; readonly services: readonly Container[] }> {
  const all = await listOwn(engine, [`${labels.folder}=${folder}`, `${labels.workspace}=${workspace}`]);
  const having = (role: string): Container[] => all.filter((container) => container.labels[labels.role] === role);
  return { containers: having('workspace'), services: having('service') };
}

/** The workspace, or WORKSPACE_NOT_FOUND; the newest that runs if an interrupted `up` left two. */
export async function findWorkspace(
  { files }: Pick<Context, 'files'>,
  engine: Containers,
  folder: string,
  workspace: string,
): Promise<Container> {
  const found = chooseOne(await listWorkspace(engine, folder, workspace));
  if (found === undefined) throw await explainNone(files, engine, folder, workspace);
  return found;
}

function chooseOne(containers: readonly Container[]): Container | undefined {
  const newest = containers.toSorted((a, b) => b.created - a.created);
  return newest.find(({ state }) => state === 'running') ?? newest.find((one) => !isHalfMade(one)) ?? newest[0];
}

/** True for a container that an interrupted command left beside the one that commands use. */
export async function isLeftOver(engine: Containers, { id, labels: found }: Container): Promise<boolean> {
  const place = { folder: found[labels.folder] ?? '', workspace: found[labels.workspace] ?? '' };
  const own = chooseOne(await listWorkspace(engine, place.folder, place.workspace));
  return own !== undefined && own.id !== id;
}

/** Lists the containers of a workspace and its services by the identity of the project folder, which a move keeps. */
export function listByIdentity(engine: Containers, identity: string, workspace: string): Promise<readonly Container[]> {
  return listOwn(engine, [`${labels.identity}=${identity}`, `${labels.workspace}=${workspace}`]);
}

/** The folder that a project was moved from, if its workspace or services are still there. */
export async function findMovedFrom(
  files: Context['files'],
  engine: Containers,
  folder: string,
  workspace: string,
): Promise<string | undefined> {
  const identity = await files.identify(folder);
  if (identity === undefined) return undefined;
  const found = await listByIdentity(engine, identity, workspace);
  return found.map((one) => one.labels[labels.folder]).find((path) => path !== folder);
}

/** The error for a project that was moved after its workspace was created. */
export const explainMoved = (before: string): DevenvError =>
  new DevenvError(
    'WORKSPACE_NOT_FOUND',
    `This project was at ${before} before. Its workspace still belongs to that path.`,
    {
      state: 'The workspace was not touched.',
      hint: 'Run `devenv up` to take it over with the data of its volumes; `devenv up --carry` also takes its uncommitted changes.',
      data: { before },
    },
  );

/** Names of the workspaces of a project folder, sorted. */
export async function listWorkspaceNames(engine: Containers, folder: string): Promise<readonly string[]> {
  const found = await listOwn(engine, [`${labels.folder}=${folder}`, `${labels.role}=workspace`]);
  return [...new Set(found.map((one) => one.labels[labels.workspace] ?? ''))].sort();
}

/** WORKSPACE_NOT_FOUND, with what is there instead. */
export async function explainNone(
  files: Context['files'],
  engine: Containers,
  folder: string,
  workspace: string,
): Promise<DevenvError> {
  const before = await findMovedFrom(files, engine, folder, workspace);
  if (before !== undefined) return explainMoved(before);
  const [foreign] = await engine.runtime.list(selectPlace('workspace', { folder, workspace }));
  if (foreign === undefined) {
    const nearest = findNearest(workspace, await listWorkspaceNames(engine, folder));
    return new DevenvError(
      'WORKSPACE_NOT_FOUND',
      `This project has no workspace${workspace === 'main' ? '' : ` ${workspace}`} on this engine.`,
      nearest === undefined
        ? {}
        : { hint: `Did you mean the workspace ${nearest}? Create a new one with \`devenv up\`.` },
    );
  }
  return new DevenvError(
    'WORKSPACE_NOT_FOUND',
    `This project has no workspace on this engine: the container ${foreign.name} has its labels, but devenv did not create it.`,
    { state: 'It was not touched.', hint: 'Run `devenv up` to create a workspace beside it.' },
  );
}

/** Throws WORKSPACE_STOPPED unless it runs. */
export function requireRunning({ state }: Container): void {
  if (state === 'running') return;
  throw new DevenvError('WORKSPACE_STOPPED', `The workspace is ${stateWords[state] ?? state}.`);
}

const stateWords: Readonly<Partial<Record<ContainerState, string>>> = {
  created: 'made, but was never started',
  exited: 'stopped',
  dead: 'given up by the engine',
};

/** How commands run in a workspace, from the label of its container. */
export function readExecDefaults(container: Container): ExecDefaults {
  const defaults = parseExecDefaults(container.labels[labels.exec] ?? '');
  if (defaults !== undefined) return defaults;
  throw new DevenvError(
    'WORKSPACE_NOT_FOUND',
    `The container ${container.name} has the labels of this workspace, but devenv did not write its label ${labels.exec}.`,
    { state: 'It was not touched.', hint: 'Remove the container, then run `devenv up`.' },
  );
}

/** The rights that a workspace does not have, from the label of its container. */
export const readRestrictions = ({ labels: own }: Container): Restrictions | undefined =>
  parseExecDefaults(own[labels.exec] ?? '')?.settings.restricted;

/** Parses a label. Untrusted: anyone can write labels, and images have them, too. */
function parseExecDefaults(text: string): ExecDefaults | undefined {
  const value = asMap(parseJson(text));
  const { user, env, workingDir, settings } = value;
  const valid =
    /^(\d{1,10}:\d{1,10}|[a-z_][a-z0-9_-]{0,31})$/.test(String(user)) &&
    Array.isArray(env) &&
    env.every((entry) => typeof entry === 'string' && /^[^=\0]+=[^\0]*$/.test(entry)) &&
    typeof workingDir === 'string' &&
    /^\/[^\0]*$/.test(workingDir) &&
    Array.isArray(asMap(settings)['mounts']);
  return valid ? (value as unknown as ExecDefaults) : undefined;
}
