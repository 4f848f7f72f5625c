import type { PathChange } from '../model/container.ts';
import type { Cause, DriftFile, DriftGroup, DriftItem, ItemChange } from '../model/drift.ts';
import type { Evidence } from '../model/evidence.ts';
import { sortChange, type Findings, type Sorted } from './sort-change.ts';

const titles: Readonly<Record<Cause, string>> = {
  apt: 'Debian packages, by hand',
  'apt-dependency': 'Debian packages, pulled in',
  npm: 'npm packages',
  pip: 'Python packages',
  cargo: 'Rust crates',
  gem: 'Ruby gems',
  go: 'Go programs',
  runtime: 'runtimes',
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

/** An item before its files are known. */
type Head = DriftItem extends infer I ? (I extends DriftItem ? Omit<I, 'files' | 'paths' | 'bytes'> : never) : never;
type Draft = { -readonly [K in keyof DriftItem]: DriftItem[K] } & { files: DriftFile[] };

/** Makes items and groups of sorted changes, largest first, noise last. `measured`: sizes are known. */
export function gatherGroups(
  changes: readonly PathChange[],
  findings: Findings,
  evidence: Evidence,
  measured: boolean,
): readonly DriftGroup[] {
  const groups = new Map<Cause, Map<string, Draft>>();
  const put = (cause: Cause, key: string, make: () => Head, file?: DriftFile): void => {
    const items = groups.get(cause) ?? new Map<string, Draft>();
    groups.set(cause, items);
    const item = items.get(key) ?? { ...make(), paths: 0, files: [] };
    items.set(key, item);
    if (file !== undefined) item.files.push(file);
  };
  for (const change of findings.debian.values()) {
    // Also without a file of its own: another one may have been there before.
    const cause = change.manual ? 'apt' : 'apt-dependency';
    put(cause, change.name, () => describeDebian(change));
  }
  for (const account of findings.accounts)
    put('accounts', `${account.kind}:${account.name}`, () => describeAccount(account));

  const folders = new Map<string, string>();
  for (const change of [...changes].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const sorted = sortChange(change, findings);
    const file: DriftFile = {
      ...{ path: change.path, change: change.kind },
      ...(measured && { bytes: change.kind === 'deleted' ? 0 : (evidence.entries.get(change.path)?.size ?? 0) }),
    };
    place(sorted, change, file, put, folders);
  }
  return [...groups]
    .map(([cause, items]) => finish(cause, [...items.values()], measured))
    .sort(
      (a, b) =>
        rank(a) - rank(b) || (b.bytes ?? 0) - (a.bytes ?? 0) || b.paths - a.paths || (a.cause < b.cause ? -1 : 1),
    );
}

const rank = ({ cause }: DriftGroup): number => (cause === 'noise' ? 2 : cause === 'records' ? 1 : 0);

type Put = (cause: Cause, key: string, make: () => Head, file?: DriftFile) => void;

function place(sorted: Sorted, change: PathChange, file: DriftFile, put: Put, folders: Map<string, string>): void {
  switch (sorted.cause) {
    case 'apt':
    case 'apt-dependency':
      put(sorted.cause, sorted.debian.name, () => describeDebian(sorted.debian), file);
      return;
    case 'accounts': {
      const { account } = sorted;
      if (account === undefined) putPath({ cause: 'etc' }, change, file, put, folders);
      else put('accounts', `${account.kind}:${account.name}`, () => describeAccount(account), file);
      return;
    }
    case 'environment':
      // The bytes of the profile count once, with its first variable.
      sorted.variables.forEach(({ name, change: how }, index) => {
        const make = (): Head => ({ kind: 'variable', name, change: how, profile: change.path }) as const;
        put('environment', `${name}\0${change.path}`, make, index === 0 ? file : undefined);
      });
      return;
    case 'services': {
      const { name, package: brought } = sorted;
      const make = (): Head =>
        ({
          kind: 'service',
          name,
          change: kindOf(change),
          ...(brought !== undefined && { package: brought }),
        }) as const;
      put('services', name, make, file);
      return;
    }
    case 'package-files':
    case 'etc':
    case 'usr-local':
    case 'opt':
    case 'other':
    case 'records':
    case 'noise':
      putPath(sorted, change, file, put, folders);
      return;
    case 'npm':
    case 'pip':
    case 'cargo':
    case 'gem':
    case 'go':
    case 'runtime': {
      const { tool, version, before } = sorted.found;
      const make = (): Head =>
        ({
          ...{ kind: 'package', name: tool.name, change: changeOf(version, before, change), place: tool.place },
          ...(version !== undefined && { version }),
          ...(before !== undefined && before !== version && { before }),
        }) as const;
      put(
        sorted.cause,
        `${tool.place}\0${tool.name}\0${tool.cause === 'runtime' ? (tool.version ?? '') : ''}`,
        make,
        file,
      );
    }
  }
}

interface Placed {
  readonly cause: Cause;
  readonly package?: string;
  readonly edited?: true;
}

/** A new folder stands for all that is new below it and has the same cause. Changes come sorted by path. */
function putPath(
  { cause, package: owner, edited }: Placed,
  change: PathChange,
  file: DriftFile,
  put: Put,
  folders: Map<string, string>,
): void {
  const { path } = change;
  let key = path;
  if (change.kind === 'added' && owner === undefined) {
    const parent = folders.get(`${cause}\0${path.slice(0, path.lastIndexOf('/'))}`);
    if (parent !== undefined) key = parent;
    // Whether it is a folder at all shows when something below it comes.
    folders.set(`${cause}\0${path}`, key);
  }
  const make = (): Head =>
    ({
      kind: 'path',
      name: path,
      change: edited === true ? 'changed' : kindOf(change),
      ...(owner !== undefined && { package: owner }),
    }) as const;
  put(cause, key, make, file);
}

const kindOf = ({ kind }: PathChange): ItemChange =>
  kind === 'added' ? 'added' : kind === 'deleted' ? 'removed' : 'changed';

function changeOf(version: string | undefined, before: string | undefined, change: PathChange): ItemChange {
  if (version !== undefined && before !== undefined) return 'changed';
  if (version !== undefined) return change.kind === 'deleted' ? 'changed' : 'added';
  return before === undefined ? kindOf(change) : 'removed';
}

function describeDebian({
  name,
  change,
  before,
  after,
}: Extract<Sorted, { cause: 'apt' | 'apt-dependency' }>['debian']): Head {
  return {
    ...{ kind: 'package', name, change },
    ...(after !== undefined && { version: after.version }),
    ...(before !== undefined && before.version !== after?.version && { before: before.version }),
  } as const;
}

const describeAccount = ({ kind, name, change }: Findings['accounts'][number]): Head =>
  ({ kind, name, change }) as const;

function finish(cause: Cause, drafts: readonly Draft[], measured: boolean): DriftGroup {
  const items = drafts
    .map((item) => ({
      ...item,
      name: item.kind === 'path' && item.files.length > 1 ? `${item.name}/` : item.name,
      paths: item.files.length,
      ...(measured && { bytes: sum(item.files) }),
    }))
    .sort((a, b) => (b.bytes ?? 0) - (a.bytes ?? 0) || b.paths - a.paths || (a.name < b.name ? -1 : 1));
  const bytes = items.reduce((total, item) => total + (item.bytes ?? 0), 0);
  const paths = items.reduce((total, item) => total + item.paths, 0);
  return {
    ...{ cause, title: titles[cause], count: items.length, paths },
    ...(measured && { bytes }),
    items,
  } as DriftGroup;
}

const sum = (files: readonly DriftFile[]): number => files.reduce((total, { bytes = 0 }) => total + bytes, 0);
