import type { PathChange } from '../../../model/container.ts';
import type { Cause, DriftGroup, PackageCause } from '../../../model/drift.ts';
import type { Evidence } from '../../../model/evidence.ts';
import { ecosystems, providers } from '../../../providers/registry.ts';
import type { Advice } from '../../../providers/provider.ts';
import { inSlices } from '../../../observe/in-slices.ts';
import { FileList } from './file-list.ts';
import {
  kindOf,
  placeAccount,
  placeChange,
  placeDebian,
  type ItemHead,
  type OwnPlace,
  type ItemPlace,
} from './place-change.ts';
import { classifyChange, type Findings } from './classify-change.ts';

interface GatherOptions {
  /** Each after its folder. */
  readonly changes: Iterable<PathChange>;
  readonly findings: Findings;
  readonly evidence: Evidence;
  /** True where sizes are known. */
  readonly measured: boolean;
  /** Whether items are to name their files. */
  readonly files: boolean;
  readonly signal?: AbortSignal | undefined;
}

interface Grouping {
  /** Largest first, noise last. */
  readonly groups: readonly DriftGroup[];
  /** Number of changes without noise. */
  readonly paths: number;
  /** See Drift. */
  readonly deletes: boolean;
}

/** Titles of groups. Ecosystems name those of their packages. */
const causeTitles: Readonly<Record<Cause, string>> = {
  ...(Object.assign({}, ...ecosystems.map(({ causes }) => causes)) as Record<PackageCause, string>),
  etc: 'files under /etc',
  'usr-local': 'files under /usr/local',
  opt: 'files under /opt',
  accounts: 'users and groups',
  environment: 'variables in shell profiles',
  services: 'services',
  'package-files': 'files of packages, changed by hand',
  records: 'records of package managers',
  other: 'other files',
  noise: 'caches and noise, never committed',
};

/** How devenv.yaml could declare what is in a group. `names`: of its items. */
function adviseOn(cause: Cause, names: readonly string[]): string | undefined {
  const found = providers.flatMap(({ advice }) => {
    const { text, path } = (advice as Readonly<Partial<Record<Cause, Advice>>>)[cause] ?? {};
    return text === undefined || (path !== undefined && !names.some((name) => path.test(name))) ? [] : [text];
  });
  return found.length === 0 ? undefined : found.join('; ');
}

type Draft = ItemHead & { paths: number; bytes: number; files: FileList };

/** Items of paths in one group; further paths are counted by their top folders. */
const mostPaths = 5_000;

/** Groups changes into items by cause. Keeps only the items, unless files are asked for: there may be a million changes. */
export async function gatherGroups({
  changes,
  findings,
  evidence,
  measured,
  files,
  signal,
}: GatherOptions): Promise<Grouping> {
  const groups = new Map<Cause, Map<string, Draft>>();
  const find = ({ cause, key, head }: ItemPlace): Draft => {
    const items = groups.get(cause) ?? new Map<string, Draft>();
    groups.set(cause, items);
    const item = items.get(key) ?? { ...head, paths: 0, bytes: 0, files: new FileList() };
    items.set(key, item);
    return item;
  };
  const count = (item: Draft, { path, kind: change }: PathChange, bytes: number): void => {
    item.paths += 1;
    item.bytes += bytes;
    if (files) item.files.push(measured ? { path, change, bytes } : { path, change });
  };
  for (const change of findings.debian.values()) find(placeDebian(change));
  for (const account of findings.accounts) find(placeAccount(account));

  const folders = new NewFolders();
  let [paths, deletes] = [0, false];
  await inSlices(
    changes,
    (change) => {
      const classified = classifyChange(change, findings);
      if (classified.cause !== 'noise') paths += 1;
      if (change.kind === 'deleted' && classified.cause !== 'noise' && classified.cause !== 'records') deletes = true;
      const bytes = change.kind === 'deleted' ? 0 : (change.size ?? evidence.entries.get(change.path)?.size ?? 0);
      const place = placeChange(classified, change);
      if (isOwn(place)) {
        const key = keyOf(place, change, folders);
        const items = groups.get(place.cause);
        count(items?.get(key) ?? find(placePath(place, change, key, items?.size ?? 0)), change, bytes);
      } else {
        for (const each of place) {
          const item = find(each);
          if (each.counts) count(item, change, bytes);
        }
      }
    },
    signal,
  );
  const finished = [...groups].map(([cause, items]) => finish(cause, [...items.values()], measured, files));
  return {
    paths,
    deletes: deletes || finished.some(takesAway),
    groups: finished.sort(
      (a, b) =>
        rank(a) - rank(b) || (b.bytes ?? 0) - (a.bytes ?? 0) || b.paths - a.paths || (a.cause < b.cause ? -1 : 1),
    ),
  };
}

const isOwn = (place: readonly ItemPlace[] | OwnPlace): place is OwnPlace => 'cause' in place;

const takesAway = ({ cause, items }: DriftGroup): boolean =>
  cause !== 'noise' && cause !== 'records' && items.some(({ change }) => change !== 'added');

const rank = ({ cause }: DriftGroup): number => (cause === 'noise' ? 2 : cause === 'records' ? 1 : 0);

/** A new folder is one item, together with everything new below it of the same cause. */
const keyOf = ({ cause, package: owner }: OwnPlace, { kind, path }: PathChange, folders: NewFolders): string =>
  kind === 'added' && owner === undefined ? folders.enter(cause, path) : path;

/** The item of a path; beyond `mostPaths` that of its top folders. */
function placePath(
  { cause, package: owner, edited }: OwnPlace,
  change: PathChange,
  key: string,
  items: number,
): ItemPlace {
  const { path } = change;
  if (items >= mostPaths) {
    const top = /^\/[^/]*(?:\/[^/]*)?(?=\/)/.exec(path)?.[0] ?? '/';
    return { cause, key: `\0${top}`, head: { kind: 'path', name: top, change: 'changed' }, counts: true };
  }
  return {
    ...{ cause, key, counts: true },
    head: {
      ...{ kind: 'path', name: path, change: edited === true ? 'changed' : kindOf(change) },
      ...(owner !== undefined && { package: owner }),
    },
  };
}

/** The new folders above the present path. */
class NewFolders {
  readonly #above: { readonly prefix: string; readonly cause: Cause; readonly key: string }[] = [];

  /** The key of the item that a new path belongs to: its own, or that of the folder in which it is. */
  enter(cause: Cause, path: string): string {
    let last = this.#above.at(-1);
    for (; last !== undefined && !path.startsWith(last.prefix); last = this.#above.at(-1)) this.#above.pop();
    const isIn = last?.cause === cause && path.lastIndexOf('/') === last.prefix.length - 1;
    const key = isIn ? (last?.key ?? path) : path;
    // Any path may be a folder: the paths below it follow.
    this.#above.push({ prefix: `${path}/`, cause, key });
    return key;
  }
}

function finish(cause: Cause, drafts: readonly Draft[], measured: boolean, files: boolean): DriftGroup {
  const items = drafts
    .map(({ files: named, bytes, ...item }) => ({
      ...item,
      name: item.kind === 'path' && item.paths > 1 ? `${item.name}/` : item.name,
      ...(measured && { bytes }),
      ...(files && { files: named }),
    }))
    .sort((a, b) => (b.bytes ?? 0) - (a.bytes ?? 0) || b.paths - a.paths || (a.name < b.name ? -1 : 1));
  const bytes = items.reduce((total, item) => total + (item.bytes ?? 0), 0);
  const paths = items.reduce((total, item) => total + item.paths, 0);
  const advice = adviseOn(
    cause,
    items.map(({ name }) => name),
  );
  return {
    ...{ cause, title: causeTitles[cause], count: items.length, paths },
    ...(advice !== undefined && { advice }),
    ...(measured && { bytes }),
    items,
  } as DriftGroup;
}
