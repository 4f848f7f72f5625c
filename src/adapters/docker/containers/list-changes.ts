import { pathFromText } from '../../../model/byte-path.ts';
import type { RawChange } from '../../../model/container.ts';
import { getJson } from '../connection/ask.ts';
import type { Connection } from '../connection/connection.ts';
import { inspectContainer } from './containers.ts';
import { findMountFolders } from './mount-folders.ts';
import { namePath } from '../images/reference.ts';

const kinds = ['modified', 'added', 'deleted'] as const;

/** Differences from the container's image, as the engine lists them. It damages names that are not UTF-8. */
export async function listChanges(connection: Connection, id: string, signal?: AbortSignal): Promise<RawChange[]> {
  const path = `/containers/${namePath(id)}/changes`;
  // Engines answer null if nothing changed.
  const [answer, details] = await Promise.all([
    getJson(connection, path, 'list the changes of the container', { patience: 600_000, signal }),
    inspectContainer(connection, id),
  ]);
  const changes = answer.each().map((one) => ({
    path: pathFromText(one.text('Path')),
    kind: kinds[one.number('Kind')] ?? 'modified',
  }));
  const targets = (details?.mounts ?? []).map(({ target }) => target);
  return withoutMounts(connection.podman ? withoutOwn(changes) : changes, targets);
}

/** Leaves out mount points, and folders that were only made to hold them. */
function withoutMounts(changes: readonly RawChange[], targets: readonly string[]): RawChange[] {
  const places = new Set(targets);
  const folders = findMountFolders(
    changes.map(({ path }) => path),
    targets,
  );
  return changes.filter(({ path, kind }) => !places.has(path) && !(folders.has(path) && kind !== 'deleted'));
}

/** Podman lists /etc as modified in every container, since it creates mount points there. */
function withoutOwn(changes: readonly RawChange[]): RawChange[] {
  if (changes.some(({ path }) => path.startsWith('/etc/'))) return [...changes];
  return changes.filter(({ path, kind }) => !(path === '/etc' && kind === 'modified'));
}
