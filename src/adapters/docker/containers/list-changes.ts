import { pathFromText } from '../../../model/byte-path.ts';
import type { RawChange } from '../../../model/container.ts';
import { askJson } from '../connection/ask.ts';
import type { Connection } from '../connection/connection.ts';
import { inspectContainer } from './containers.ts';
import { Fields } from '../connection/fields.ts';
import { findMountFolders } from './mount-folders.ts';
import { namePath } from '../images/reference.ts';

const kinds = ['modified', 'added', 'deleted'] as const;

/** What differs from the container's image, as the engine lists it. Names that are not UTF-8 are damaged there. */
export async function listChanges(connection: Connection, id: string, signal?: AbortSignal): Promise<RawChange[]> {
  const path = `/containers/${namePath(id)}/changes`;
  const purpose = 'list what changed in the container';
  const call = { method: 'GET', path, purpose, repeat: 'always', patience: 600_000, signal } as const;
  // Engines answer null where nothing changed.
  const [answer, details] = await Promise.all([askJson(connection, call), inspectContainer(connection, id)]);
  const changes = Fields.each(answer).map((one) => ({
    path: pathFromText(one.text('Path')),
    kind: kinds[one.number('Kind')] ?? 'modified',
  }));
  const targets = (details?.mounts ?? []).map(({ target }) => target);
  return withoutMounts(connection.podman ? withoutOwn(changes) : changes, targets);
}

/** Without places where something is mounted, and folders that were only made to lead there. */
function withoutMounts(changes: readonly RawChange[], targets: readonly string[]): RawChange[] {
  const places = new Set(targets);
  const folders = findMountFolders(
    changes.map(({ path }) => path),
    targets,
  );
  return changes.filter(({ path, kind }) => !places.has(path) && !(folders.has(path) && kind !== 'deleted'));
}

/** Podman puts mount points into /etc of every container that it starts, and then lists that folder as modified. */
function withoutOwn(changes: readonly RawChange[]): RawChange[] {
  if (changes.some(({ path }) => path.startsWith('/etc/'))) return [...changes];
  return changes.filter(({ path, kind }) => !(path === '/etc' && kind === 'modified'));
}
