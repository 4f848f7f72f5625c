import { defaultFolder, dockerFolder } from '../../model/environment.ts';
import { ecosystems } from '../../providers/registry.ts';
import { atValue, quote, type UnplacedProblem, type Path } from '../problem.ts';
import type { Keys } from '../../model/json.ts';

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

/** Why a path in the workspace is reserved; absent if it is free. */
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

/** Folders of the system that the project would hide, with everything below them. */
const whole = [
  ...['/bin', '/boot', '/dev', '/etc', '/lib', '/lib32', '/lib64', '/libx32', '/proc', '/run', '/sbin', '/sys', '/tmp'],
  ...['/usr/bin', '/usr/include', '/usr/lib', '/usr/lib32', '/usr/lib64', '/usr/libexec', '/usr/libx32', '/usr/sbin'],
  ...['/usr/share', '/usr/local/bin', '/usr/local/etc', '/usr/local/include', '/usr/local/lib', '/usr/local/sbin'],
  ...[
    '/usr/local/share',
    '/var/cache',
    '/var/lib/apt',
    '/var/lib/docker',
    '/var/lib/dpkg',
    '/var/log',
    '/var/run',
    '/var/tmp',
  ],
];

/** Folders that hold those of others; the project can lie below them. */
const alone = new Set(['/home', '/media', '/mnt', '/opt', '/root', '/srv', '/usr', '/usr/local', '/var', '/var/lib']);

/** A folder for the project that hides a part of the system or a person's home folder. */
export function checkFolder(folder: unknown): UnplacedProblem[] {
  if (typeof folder !== 'string') return [];
  const place = folder.replace(/\/$/, '');
  const isHome = /^\/home\/[^/]+$/.test(place);
  const system = alone.has(place) ? place : whole.find((one) => `${place}/`.startsWith(`${one}/`));
  const reason = isHome
    ? 'it is a home folder'
    : system !== undefined
      ? `it would hide the system's ${system}`
      : findReserved(place);
  if (reason === undefined) return [];
  const expected = 'a folder of the project alone, such as /workspaces/shop';
  return [atValue(['folder'], `the project cannot lie at ${quote(folder)}: ${reason}`, expected)];
}

/** Paths of the image that a workspace does not see. `folder`: where devenv.yaml has the project. */
export function checkTarget(to: string, folder: unknown, path: Path): UnplacedProblem[] {
  const project = typeof folder === 'string' ? folder.replace(/\/$/, '') : defaultFolder;
  if (`${to}/`.startsWith(`${project}/`)) {
    return [atValue(path, `the project folder is mounted at ${project} and would hide the file`)];
  }
  if (!/^\/(?:proc|sys|dev)(?:\/|$)/.test(to)) return [];
  return [atValue(path, 'the engine mounts its own folder there and would hide the file')];
}
