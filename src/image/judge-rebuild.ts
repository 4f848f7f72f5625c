import { showPath, type BytePath } from '../model/byte-path.ts';
import type { Items } from '../model/item.ts';
import type { Resolved } from '../model/version.ts';
import type { TreeChange } from '../model/tree.ts';
import { compareInventories, type PackageChange } from '../versions/compare-inventories.ts';

export interface RebuildInput {
  /** What devenv.yaml asks for. */
  readonly items: Items;
  /** Of the version, and of what was built from the base. */
  readonly before: Resolved;
  readonly after: Resolved;
  /** How the files of the version become those of the rebuilt image. */
  readonly changes: readonly TreeChange[];
  /** Which Debian package a path belongs to, in the one or the other image. */
  readonly ownerOf: (path: string) => string | undefined;
}

export interface Judgement {
  /** Items that came out equal, as far as they can be told from packages and files. */
  readonly reproduced: readonly string[];
  /** What devenv.yaml declares and the base and mirror did not give again. */
  readonly failed: readonly { readonly item: string; readonly reason: string }[];
  /** What only the version has, and devenv.yaml does not say. */
  readonly opaque: {
    readonly packages: readonly PackageChange[];
    readonly files: readonly TreeChange[];
  };
}

/** What every build writes anew: times, orders and caches, nobody's work. */
const generated = [
  /^\/var\/(cache|log|lib\/(dpkg|apt|systemd|pam|python3?))(\/|$)/,
  // Of a step that is not searched for secrets: no version has them.
  /^\/etc\/ss(h\/ssh_host_[a-z0-9]+_key(\.pub)?|l\/(private|certs)\/ssl-cert-snakeoil\.(key|pem))$/,
  /^\/etc\/(ld\.so\.cache|\.pwd\.lock|machine-id|(passwd|group|shadow|gshadow|subuid|subgid)-?)$/,
  /\/__pycache__(\/|$)|\.py[co]$/,
  /^\/usr\/local\/lib\/node_modules\/\.package-lock\.json$/,
  /^\/(root|home\/[^/]+)\/\.(npm|cache)(\/|$)/,
  /^\/usr\/share\/(info\/dir|mime\/|icons\/.*\/icon-theme\.cache)/,
];

/** Sorts what a build from the base gave otherwise into what was declared, and so should be equal, and what was not. */
export function judgeRebuild({ items, before, after, changes, ownerOf }: RebuildInput): Judgement {
  const packages = compareInventories(before, after);
  const byPackage = new Map(packages.map((change) => [`${change.provider}:${change.name}`, change]));
  const failed = new Map<string, string>();
  for (const id of Object.keys(items)) {
    const change = byPackage.get(id === 'node' ? 'node:node' : id);
    if (change !== undefined)
      failed.set(id, `${change.before ?? 'absent'} in the version, ${change.after ?? 'absent'} in the build`);
  }
  const opaque: TreeChange[] = [];
  for (const change of changes) {
    if (generated.some((pattern) => pattern.test(change.path))) continue;
    const item = findItem(items, change.path, ownerOf);
    // The package itself came out otherwise: its files say no more than that.
    if (item !== undefined && byPackage.has(item)) continue;
    if (item === undefined) opaque.push(change);
    else if (!failed.has(item)) failed.set(item, describe(change));
  }
  return {
    reproduced: Object.keys(items)
      .filter((id) => !failed.has(id))
      .sort(),
    failed: [...failed].map(([item, reason]) => ({ item, reason })).sort((a, b) => (a.item < b.item ? -1 : 1)),
    opaque: {
      packages: packages.filter(
        ({ provider, name }) => items[provider === name ? name : `${provider}:${name}`] === undefined,
      ),
      files: opaque,
    },
  };
}

/** What should have made a path, declared or part of what a declared package or the base brings. */
function findItem(items: Items, path: BytePath, ownerOf: RebuildInput['ownerOf']): string | undefined {
  const file = `file:${showPath(path)}`;
  if (Object.hasOwn(items, file)) return file;
  const owner = ownerOf(path);
  if (owner !== undefined) return `apt:${owner}`;
  const module = /^\/usr\/local\/lib\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
  return module !== undefined && Object.hasOwn(items, `npm:${module}`) ? `npm:${module}` : undefined;
}

function describe({ path: bytes, kind, what }: TreeChange): string {
  const path = showPath(bytes);
  if (kind === 'added') return `${path} is in the build only`;
  return kind === 'removed' ? `${path} is missing in the build` : `${path} differs (${what.join(', ')})`;
}
