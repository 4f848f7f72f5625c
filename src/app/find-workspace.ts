import { DevenvError } from '../errors/devenv-error.ts';
import type { Container, ContainerState } from '../model/container.ts';
import { isHalfMade } from '../model/half-made.ts';
import type { Engine } from '../ports/engine.ts';
import { labels } from './labels.ts';
import type { Place } from './resolve-volume.ts';
import type { ExecDefaults } from './workspace-settings.ts';

/** Containers of one workspace of one project folder; more than one after an interrupted `up`. */
export async function listWorkspace(engine: Engine, folder: string, workspace: string): Promise<readonly Container[]> {
  const found = await engine.listContainers([
    `${labels.role}=workspace`,
    `${labels.folder}=${folder}`,
    `${labels.workspace}=${workspace}`,
  ]);
  return leaveOutInherited(engine, found);
}

/**
 * Of several containers with the labels of a workspace those that were given
 * them. A container of an image that somebody captured from a workspace by hand
 * has them, too, and is nobody's business here.
 */
async function leaveOutInherited(engine: Engine, containers: readonly Container[]): Promise<readonly Container[]> {
  if (containers.length < 2) return containers;
  const inherited = await Promise.all(containers.map((container) => hasInherited(engine, container)));
  return containers.filter((_, index) => inherited[index] !== true);
}

async function hasInherited(engine: Engine, { image }: Container): Promise<boolean> {
  return (await engine.inspectImage(image))?.config.labels[labels.role] === 'workspace';
}

/** To be called before one is removed. Throws WORKSPACE_NOT_FOUND where it only has the labels of a workspace. */
export async function requireOwn(engine: Engine, container: Container): Promise<void> {
  if (!(await hasInherited(engine, container))) return;
  throw new DevenvError(
    'WORKSPACE_NOT_FOUND',
    `The container ${container.name} has the labels of this workspace from its image, which somebody captured from it by hand.`,
    { state: 'It was not touched.', hint: 'Remove it, or give it other labels; then run the same command again.' },
  );
}

/** The same, and the containers of its services, in one call. */
export async function listPlace(
  engine: Engine,
  { folder, workspace }: Pick<Place, 'folder' | 'workspace'>,
): Promise<{ readonly containers: readonly Container[]; readonly services: readonly Container[] }> {
  const all = await engine.listContainers([`${labels.folder}=${folder}`, `${labels.workspace}=${workspace}`]);
  const having = (role: string): Container[] => all.filter((container) => container.labels[labels.role] === role);
  return { containers: await leaveOutInherited(engine, having('workspace')), services: having('service') };
}

/** The workspace, which must exist; the running one where an interrupted `up` left two. */
export async function findWorkspace(engine: Engine, folder: string, workspace: string): Promise<Container> {
  const containers = await listWorkspace(engine, folder, workspace);
  const found =
    containers.find(({ state }) => state === 'running') ?? containers.find((one) => !isHalfMade(one)) ?? containers[0];
  if (found === undefined)
    throw new DevenvError('WORKSPACE_NOT_FOUND', 'This project has no workspace on this engine.');
  return found;
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

/** How commands run in a workspace, as it was decided when its container was made. */
export function readExecDefaults(container: Container): ExecDefaults {
  const defaults = parseExecDefaults(container.labels[labels.exec] ?? '');
  if (defaults !== undefined) return defaults;
  throw new DevenvError(
    'WORKSPACE_NOT_FOUND',
    `The container ${container.name} says that it is this workspace, but its label ${labels.exec} was not written by devenv.`,
    { state: 'It was not touched.', hint: 'Remove it, or give it other labels; then run `devenv up`.' },
  );
}

/** Labels are anybody's text: an image may bring some, too. */
function parseExecDefaults(text: string): ExecDefaults | undefined {
  let value: Partial<ExecDefaults> | null;
  try {
    value = JSON.parse(text) as typeof value;
  } catch {
    return undefined;
  }
  const { user, env, workingDir, settings } = value ?? {};
  const valid =
    /^(\d{1,10}:\d{1,10}|[a-z_][a-z0-9_-]{0,31})$/.test(String(user)) &&
    Array.isArray(env) &&
    env.every((entry) => typeof entry === 'string' && /^[^=\0]+=[^\0]*$/.test(entry)) &&
    typeof workingDir === 'string' &&
    /^\/[^\0]*$/.test(workingDir) &&
    typeof settings === 'object' &&
    Array.isArray(settings?.mounts);
  return valid ? (value as ExecDefaults) : undefined;
}
