import { pathFromText, orAbove } from '../../../model/byte-path.ts';
import type { Mount } from '../../../model/container.ts';

/** What engines write into a container for themselves; nobody's change. */
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

/**
 * Tells which paths of a container's upper folder are the engine's own, or
 * places where something is mounted. Paths are absolute.
 */
export function makeLeftOut(mounts: readonly Mount[]): (path: string) => boolean {
  const places = new Set([...bookkeeping, ...mounts.map(({ target }) => pathFromText(target))]);
  return orAbove((path) => places.has(path));
}
