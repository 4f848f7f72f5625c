import { showPath, type BytePath } from '../model/byte-path.ts';
import type { Items } from '../model/item.ts';
import type { Resolved } from '../model/version.ts';
import type { TreeChange } from '../model/tree.ts';
import { providers } from '../providers/registry.ts';
import { compareInventories, type PackageChange } from '../versions/compare-inventories.ts';

interface RebuildInput {
  /** Of devenv.yaml. */
  readonly items: Items;
  /** The inventories of the version and of the rebuilt image. */
  readonly before: Resolved;
  readonly after: Resolved;
  /** From the version to the rebuilt image. */
  readonly changes: readonly TreeChange[];
  /** The package of a path in either image, such as `apt:jq`. */
  readonly ownerOf: (path: string) => string | undefined;
}

export interface Judgement {
  /** Items whose packages and files are equal. */
  readonly reproduced: readonly string[];
  /** Declared items that differ or are missing. */
  readonly failed: readonly { readonly item: string; readonly reason: string }[];
  /** Differences that belong to no declared item. */
  readonly opaque: {
    readonly packages: readonly PackageChange[];
    readonly files: readonly TreeChange[];
  };
}

/** Paths that every build writes differently: times, orders, caches. */
const generated = [
  ...providers.flatMap(({ rebuild }) => rebuild.generated),
  /^\/var\/(cache|log|lib\/(systemd|pam))(\/|$)/,
  // Machine keys, which no version has.
  /^\/etc\/ss(h\/ssh_host_[a-z0-9]+_key(\.pub)?|l\/(private|certs)\/ssl-cert-snakeoil\.(key|pem))$/,
  /^\/etc\/(ld\.so\.cache|\.pwd\.lock|machine-id|(passwd|group|shadow|gshadow|subuid|subgid)-?)$/,
  /^\/(root|home\/[^/]+)\/\.cache(\/|$)/,
  /^\/usr\/share\/(info\/dir|mime\/|icons\/.*\/icon-theme\.cache)/,
];

/** Sorts the differences of a build from the base into those of declared items, which should be equal, and the others. */
export function judgeRebuild({ items, before, after, changes, ownerOf }: RebuildInput): Judgement {
  const packages = compareInventories(before, after);
  const byPackage = new Map(packages.map((change) => [`${change.provider}:${change.name}`, change]));
  const failed = new Map<string, string>();
  for (const id of Object.keys(items)) {
    // A runtime is the one package of its provider.
    const change = byPackage.get(id.includes(':') ? id : `${id}:${id}`);
    if (change !== undefined)
      failed.set(id, `${change.before ?? 'absent'} in the version, ${change.after ?? 'absent'} in the build`);
  }
  const opaque: TreeChange[] = [];
  for (const change of changes) {
    if (generated.some((pattern) => pattern.test(change.path))) continue;
    const item = findItem(items, change.path, ownerOf);
    // The package itself differs: no need to list its files.
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

/** The item or package that a path comes from. */
function findItem(items: Items, path: BytePath, ownerOf: RebuildInput['ownerOf']): string | undefined {
  const owner = ownerOf(path);
  const byPath = providers.flatMap(({ name, rebuild: { owners } }) => {
    const found = owners.kind === 'by path' ? owners.find(path) : undefined;
    return found === undefined ? [] : [`${name}:${found}`];
  });
  const declared = byPath.filter((id) => Object.hasOwn(items, id));
  // A file that is declared itself may replace one of a package.
  return declared.find((id) => id.startsWith('file:')) ?? owner ?? declared[0];
}

function describe({ path: bytes, kind, what }: TreeChange): string {
  const path = showPath(bytes);
  if (kind === 'added') return `${path} is in the build only`;
  return kind === 'removed' ? `${path} is missing in the build` : `${path} differs (${what.join(', ')})`;
}
