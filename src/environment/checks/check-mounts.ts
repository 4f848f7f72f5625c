import { defaultFolder, dockerFolder } from '../../model/environment.ts';
import { ecosystems } from '../../providers/registry.ts';
import { atValue, quote, type UnplacedProblem, type Path } from '../problem.ts';
import type { Keys } from '../shapes.ts';

/** Places in a workspace that devenv or the engine uses; `below`: with everything in them. */
const reserved: readonly { readonly place: string; readonly below: boolean; readonly by: string }[] = [
  { place: '/tmp', below: false, by: 'every workspace has its own /tmp' },
  ...ecosystems
    .flatMap(({ caches }) => caches.volumes)
    .map(({ target }) => ({ place: target, below: true, by: 'a package cache is mounted there' })),
  { place: '/var/cache/devenv', below: true, by: 'the package caches are mounted there' },
  { place: '/run/devenv', below: true, by: 'devenv keeps its own files there' },
  { place: '/run/secrets', below: true, by: 'secrets are mounted there' },
  { place: '/proc', below: true, by: 'it belongs to the kernel' },
  { place: '/sys', below: true, by: 'it belongs to the kernel' },
  { place: '/dev', below: false, by: 'it belongs to the kernel' },
];

/** Who uses a place in the workspace; absent if nobody does. */
export const findReserved = (target: string): string | undefined =>
  reserved.find(({ place, below }) => target === place || (below && target.startsWith(`${place}/`)))?.by;

/** Volumes of the workspace at a reserved place, at that of another one, or where the project lies. */
export function checkMounts(volumes: readonly unknown[], { folder, docker }: Keys, path: Path): UnplacedProblem[] {
  const project = typeof folder === 'string' ? folder.replace(/\/$/, '') : defaultFolder;
  const seen = new Set<string>();
  return volumes.flatMap((volume, index): UnplacedProblem[] => {
    const target = typeof volume === 'string' ? (volume.split(':')[1] ?? volume) : undefined;
    if (target === undefined) return [];
    const holder =
      target === project
        ? 'the project is mounted there'
        : docker === 'inside' && target === dockerFolder
          ? '"docker: inside" keeps its data there'
          : findReserved(target);
    const reason = holder ?? (seen.has(target) ? 'another volume is mounted there' : undefined);
    seen.add(target);
    return reason === undefined ? [] : [atValue([...path, index], `cannot mount at ${quote(target)}: ${reason}`)];
  });
}
