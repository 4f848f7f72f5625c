import { findReserved } from './check-mounts.ts';
import { atValue, quote, type UnplacedProblem } from '../problem.ts';

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
