import { pathFromLatin1, showPath, type BytePath } from '../model/byte-path.ts';
import type { RawChange } from '../model/container.ts';

/** Made anew from what is there, by whoever changes a library; lines of it that point nowhere are passed over. */
const derived = new Set(['/etc/ld.so.cache']);

const home = /^\/(root|home\/[^/]+)\//;
const list = /^\/var\/lib\/dpkg\/info\/(.+)\.list$/;

/**
 * True for a changed path that is a person's own, dotfiles mostly: no version
 * has it, nor what lies in a folder that their layer made in a home folder.
 * `personal`: what that layer changed, folders that it made with `/` at the end.
 */
export function isOwn(personal: ReadonlySet<BytePath>, path: BytePath): boolean {
  if (personal.size === 0 || !home.test(path)) return false;
  if (personal.has(path)) return true;
  for (let at: string = path; home.test(at); at = at.slice(0, at.lastIndexOf('/')))
    if (personal.has(pathFromLatin1(`${at}/`))) return true;
  return false;
}

/**
 * What was changed both in the workspace and, before that, by the person's own
 * layer: a version cannot have the one without the other. What a package of
 * Debian brought whole is no such thing, unless it also ran a script or kept a
 * configuration file that was there. `changes`: against the image that the
 * container was made from. `lists`: package → its paths, a line each and one character per byte, of those
 * installed in the workspace. Gives paths, or names of packages; sorted.
 */
export function findClashes(
  personal: ReadonlySet<BytePath>,
  changes: readonly RawChange[],
  lists: ReadonlyMap<string, string>,
): readonly string[] {
  const changed = new Set<string>(changes.map(({ path }) => path));
  const owned = new Set<BytePath>();
  const clashes: string[] = [];
  for (const [name, text] of lists) {
    const paths = text
      .split('\n')
      .map(pathFromLatin1)
      .filter((path) => personal.has(path));
    const scripts = ['preinst', 'postinst', 'config', 'conffiles'];
    if (paths.length > 0 && scripts.some((kind) => changed.has(`/var/lib/dpkg/info/${name}.${kind}`))) {
      clashes.push(`the package ${name}`);
    }
    for (const path of paths) owned.add(path);
  }
  for (const { path } of changes) {
    if (personal.has(path) && !owned.has(path) && !home.test(path) && !derived.has(path)) clashes.push(showPath(path));
  }
  return clashes.sort();
}

/** The name of the package whose list of paths this is. */
export const packageOfList = (path: string): string | undefined => list.exec(path)?.[1];
