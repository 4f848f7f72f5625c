import type { InstallRequests, RequestLog } from '../provider.ts';
import { findNativeArchitecture, parseAutoInstalled } from './parse-dpkg-status.ts';

/** apt's log of commands, dpkg's status and apt's list of dependencies, with NUL between. */
export const requestLog: RequestLog = {
  argv: [
    ...['sh', '-c'],
    'cat /var/log/apt/history.log 2>/dev/null; printf "\\0"; cat /var/lib/dpkg/status; printf "\\0"; cat /var/lib/apt/extended_states 2>/dev/null; exit 0',
  ],
  parse: (stdout) => {
    const [history = '', status = '', states = ''] = stdout.split('\0');
    return { pinned: findPinned(history), recommended: findRecommended(status, states) };
  },
};

/** Name → version, of packages that were last installed with `name=version` in a command of apt. */
function findPinned(history: string): InstallRequests['pinned'] {
  const pinned = new Map<string, string>();
  for (const [, command = ''] of history.matchAll(/^Commandline: (?:\S*\/)?apt(?:itude|-get)? (.*)$/gm)) {
    const [action, ...words] = command.split(/\s+/).filter((word) => !word.startsWith('-'));
    if (action !== 'install') continue;
    for (const word of words) {
      const [, name, version] = /^([a-z0-9][a-z0-9+.-]*)(?::[a-z0-9]+)?(?:=(\S+))?$/.exec(word) ?? [];
      if (name !== undefined && version !== undefined) pinned.set(name, version);
      else if (name !== undefined) pinned.delete(name);
    }
  }
  return pinned;
}

interface InstalledPackage {
  /** Each a list of alternatives. */
  readonly needs: readonly (readonly string[])[];
  readonly recommends: readonly (readonly string[])[];
}

/**
 * Packages that no installed package depends on, and that were installed because
 * another one recommends them: name → that one. A build installs no recommended
 * packages.
 */
function findRecommended(status: string, states: string): InstallRequests['recommended'] {
  const { packages, providers } = parseRelations(status);
  const automatic = parseAutoInstalled(states, findNativeArchitecture(status));
  const needed = new Set<string>();
  const add = (name: string): void => {
    if (needed.has(name)) return;
    needed.add(name);
    for (const alternatives of packages.get(name)?.needs ?? [])
      for (const provider of alternatives.flatMap((one) => providers.get(one) ?? [])) add(provider);
  };
  for (const name of packages.keys()) if (!automatic.has(name)) add(name);
  const found = new Map<string, string>();
  // Recommended packages bring their own dependencies, and what those recommend.
  for (let size = -1; size !== needed.size;) {
    size = needed.size;
    for (const by of [...needed]) {
      const names = (packages.get(by)?.recommends ?? []).flat().flatMap((one) => providers.get(one) ?? []);
      for (const name of names) {
        if (needed.has(name)) continue;
        found.set(name, by);
        add(name);
      }
    }
  }
  return found;
}

/** Installed packages by name, and the packages behind each name: the one of that name, or those that provide it. */
function parseRelations(status: string): {
  readonly packages: ReadonlyMap<string, InstalledPackage>;
  readonly providers: ReadonlyMap<string, readonly string[]>;
} {
  const packages = new Map<string, InstalledPackage>();
  const providers = new Map<string, string[]>();
  for (const stanza of status.split(/\n\n+/)) {
    const field = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(stanza)?.[1] ?? '';
    const name = field('Package');
    if (name === '' || !field('Status').endsWith(' installed')) continue;
    const needs = [...parseRelation(field('Depends')), ...parseRelation(field('Pre-Depends'))];
    packages.set(name, { needs, recommends: parseRelation(field('Recommends')) });
    for (const own of [name, ...parseRelation(field('Provides')).flat()])
      providers.set(own, [...(providers.get(own) ?? []), name]);
  }
  return { packages, providers };
}

/** `a (>= 1) | b, c:any` → `[[a, b], [c]]` */
const parseRelation = (text: string): readonly (readonly string[])[] =>
  text === ''
    ? []
    : text.split(',').map((group) => group.split('|').map((one) => /^[^\s:(]*/.exec(one.trim())?.[0] ?? ''));
