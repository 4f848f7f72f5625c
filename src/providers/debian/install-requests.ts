import type { InstallRequests, RequestLog } from '../proposal.ts';
import { findNativeArchitecture, parseAutoInstalled, parseDpkgStatus } from './parse-dpkg-status.ts';
import { resolveRelations } from './resolve-relations.ts';

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

/**
 * Packages that no installed package depends on, and that were installed because
 * another one recommends them: name → that one. A build installs no recommended
 * packages.
 */
function findRecommended(status: string, states: string): InstallRequests['recommended'] {
  const packages = parseDpkgStatus(status);
  const resolve = resolveRelations(packages);
  const automatic = parseAutoInstalled(states, findNativeArchitecture(status));
  const needed = new Set<string>();
  const add = (name: string): void => {
    if (needed.has(name)) return;
    needed.add(name);
    for (const each of resolve(packages.get(name)?.depends)) add(each);
  };
  for (const name of packages.keys()) if (!automatic.has(name)) add(name);
  const found = new Map<string, string>();
  // Recommended packages bring their own dependencies, and what those recommend.
  for (let size = -1; size !== needed.size;) {
    size = needed.size;
    for (const by of [...needed]) {
      for (const name of resolve(packages.get(by)?.recommends)) {
        if (needed.has(name)) continue;
        found.set(name, by);
        add(name);
      }
    }
  }
  return found;
}
