import type { PathChange } from '../../../model/container.ts';
import { type AccountChange, accountFile } from './compare-accounts.ts';
import type { DebianChange } from './compare-debian.ts';
import type { VariableChange } from './compare-variables.ts';
import type { FoundTool } from '../../../providers/ecosystem.ts';
import { findRecordedList, isRecord } from './is-record.ts';

/** What is known about the changes as a whole, before each is classified. */
export interface Findings {
  readonly noise: (path: string) => boolean;
  /** Name of a package's list → how the package changed. */
  readonly debian: ReadonlyMap<string, DebianChange>;
  /** Names of the lists of the packages that own a path. */
  readonly owners: (path: string) => readonly string[];
  /** Configuration files of packages whose content was changed. */
  readonly edited: ReadonlySet<string>;
  readonly tool: (change: PathChange) => FoundTool | undefined;
  readonly accounts: readonly AccountChange[];
  /** Path of a profile → its variables that changed. */
  readonly variables: ReadonlyMap<string, readonly VariableChange[]>;
}

/** The cause of a change, which is its group, and what its item is about. */
export type Classification =
  | { readonly cause: 'apt' | 'apt-dependency'; readonly debian: DebianChange }
  | { readonly cause: FoundTool['tool']['cause']; readonly found: FoundTool }
  | { readonly cause: 'accounts'; readonly account: AccountChange | undefined }
  | { readonly cause: 'environment'; readonly variables: readonly VariableChange[] }
  | { readonly cause: 'services'; readonly name: string; readonly package?: string }
  | {
      readonly cause: 'package-files' | 'etc' | 'usr-local' | 'opt' | 'other' | 'records' | 'noise';
      readonly package?: string;
      /** A person changed a file that the package installed. */
      readonly edited?: true;
    };

/** Finds the cause of one change; the first that explains it counts. */
export function classifyChange(change: PathChange, findings: Findings): Classification {
  const { path } = change;
  if (change.unkept === true || findings.noise(path)) return { cause: 'noise' };
  if (accountFile.test(path)) return { cause: 'accounts', account: findings.accounts[0] };
  const owners = findings.owners(path);
  const debian = findDebian(path, owners, findings);
  const owner = owners[0]?.split(':')[0];
  const service = findService(path);
  // A file that differs from what its package installed was edited by hand.
  if (findings.edited.has(path)) return { cause: 'etc', edited: true, ...(owner !== undefined && { package: owner }) };
  if (debian !== undefined) return { cause: debian.manual ? 'apt' : 'apt-dependency', debian };
  const found = findings.tool(change);
  if (found !== undefined && owner === undefined) return { cause: found.tool.cause, found };
  const home = findings.accounts.find((account) => account.home !== undefined && isWithin(path, account.home));
  if (home !== undefined && home.change !== 'changed') return { cause: 'accounts', account: home };
  const variables = findings.variables.get(path);
  if (variables !== undefined && variables.length > 0) return { cause: 'environment', variables };
  if (service !== undefined && owner === undefined) return classifyService(service, findings);
  if (isRecord(path)) return { cause: 'records' };
  return classifyByPlace(path, owner);
}

/** The package whose list a record is about, or that owns the path. */
function findDebian(path: string, owners: readonly string[], { debian }: Findings): DebianChange | undefined {
  if (debian.size === 0) return undefined;
  const recorded = findRecordedList(path);
  const found = recorded === undefined ? undefined : debian.get(recorded);
  if (found !== undefined) return found;
  for (const list of owners) {
    const change = debian.get(list);
    if (change !== undefined) return change;
  }
  return undefined;
}

/** The service that a path enables or describes. */
function findService(path: string): string | undefined {
  if (!path.startsWith('/etc/')) return undefined;
  const name =
    /^\/etc\/systemd\/(?:system|user)\/[^/]+\.(?:wants|requires)\/([^/]+)$/.exec(path)?.[1] ??
    /^\/etc\/rc[0-6S]\.d\/[SK]\d\d([^/]+)$/.exec(path)?.[1] ??
    /^\/etc\/systemd\/(?:system|user)\/([^/]+\.(?:service|socket|timer|path|mount))(?:\.d\/.*)?$/.exec(path)?.[1] ??
    /^\/etc\/init\.d\/([^/]+)$/.exec(path)?.[1];
  return name?.replace(/\.service$/, '');
}

function classifyService(name: string, { debian }: Findings): Classification {
  const brought = [...debian.values()].find((change) => change.name === name);
  return { cause: 'services', name, ...(brought !== undefined && { package: brought.name }) };
}

function classifyByPlace(path: string, owner: string | undefined): Classification {
  const owned = owner === undefined ? {} : { package: owner };
  if (isWithin(path, '/etc')) return { cause: 'etc', ...owned };
  if (owner !== undefined) return { cause: 'package-files', ...owned };
  if (isWithin(path, '/usr/local')) return { cause: 'usr-local' };
  if (isWithin(path, '/opt')) return { cause: 'opt' };
  return { cause: 'other' };
}

const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);
