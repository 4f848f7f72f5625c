import { sep } from 'node:path';
import { DevenvError } from '../errors/devenv-error.ts';
import { findAgreedLink } from '../environment/list-trust-needs.ts';
import type { TrustNeed } from '../model/trust.ts';
import type { Context } from '../ports/context.ts';
import type { Engine } from '../ports/engine.ts';
import type { FolderLocation } from '../ports/machine.ts';
import { readTrust } from './trust-record.ts';

/** What a check needs. */
interface CheckPorts extends Pick<Context, 'files' | 'machine' | 'mounts'> {
  readonly engine: Pick<Engine, 'runtime' | 'capabilities'>;
}

/** Starts a container again and checks its folders: it is stopped if one was exchanged. Throws NOT_TRUSTED. */
export async function startChecked(ports: CheckPorts, folder: string, container: string): Promise<void> {
  const { runtime } = ports.engine;
  await runtime.start(container);
  await checkFolders(ports, folder, container).catch(async (error: unknown) => {
    await runtime.stop(container, 0).catch(() => undefined);
    throw error;
  });
}

/**
 * Checks what the engine mounted for folders of the project at a start, before
 * devenv runs anything in the container: whoever can write the project can
 * exchange a folder for a link between the agreement and the mount. Asks the
 * kernel; a folder must lie in the project, or where the person agreed to
 * (default: as recorded). Throws NOT_TRUSTED.
 */
export async function checkFolders(
  ports: CheckPorts,
  folder: string,
  container: string,
  agreed?: readonly TrustNeed[],
): Promise<void> {
  const { engine, files, mounts } = ports;
  if (!engine.capabilities.mountsFolders) return;
  const details = await engine.runtime.inspect(container);
  const below = `${folder}${sep}`;
  const folders = (details?.mounts ?? []).flatMap((mount) =>
    mount.kind === 'bind' && mount.source.startsWith(below) ? [mount] : [],
  );
  if (details === undefined || folders.length === 0) return;
  const kernel = await mounts();
  const mounted = await kernel.read(details);
  if (mounted === undefined) return;
  const root = (await files.realPath(folder)) ?? folder;
  const own = await kernel.locate(root);
  const needs = agreed ?? (await readTrust(ports, folder))?.needs ?? [];
  for (const { source: path, target } of folders) {
    const source = path.slice(below.length);
    const found = mounted.get(target);
    const link = findAgreedLink(needs, source);
    const wanted = [
      own,
      await kernel.locate(`${root}/${source}`),
      link === undefined ? undefined : await kernel.locate(link),
    ];
    if (found !== undefined && wanted.some((one, index) => isAt(found, one, index === 0))) continue;
    throw new DevenvError(
      'NOT_TRUSTED',
      `./${source} was exchanged while devenv mounted it at ${target}: ${found?.path ?? 'nothing'} is mounted there.`,
      {
        state: 'The container was stopped before devenv ran anything in it.',
        hint: 'Find out what writes to the project folder, then run the same command again.',
        data: { folder: source, target, mounted: found?.path ?? '' },
      },
    );
  }
}

function isAt(found: FolderLocation, wanted: FolderLocation | undefined, below: boolean): boolean {
  if (wanted?.device !== found.device) return false;
  return (
    found.path === wanted.path || (below && found.path.startsWith(wanted.path === sep ? sep : `${wanted.path}${sep}`))
  );
}
