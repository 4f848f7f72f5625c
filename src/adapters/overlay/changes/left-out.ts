import { pathFromText, orAbove } from '../../../model/byte-path.ts';
import type { Mount } from '../../../model/container.ts';

/** Paths that engines write in a container for themselves. */
const bookkeeping = [
  '/.dockerenv',
  '/run/.containerenv',
  '/run/secrets',
  '/etc/hosts',
  '/etc/hostname',
  '/etc/resolv.conf',
  '/etc/mtab',
  '/dev',
  '/proc',
  '/sys',
];

/** True for absolute paths of a container that are the engine's own, or below a mount. */
export function makeLeftOut(mounts: readonly Mount[]): (path: string) => boolean {
  const places = new Set([...bookkeeping, ...mounts.map(({ target }) => pathFromText(target))]);
  return orAbove((path) => places.has(path));
}
