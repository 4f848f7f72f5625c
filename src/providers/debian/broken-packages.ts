/** A Debian package that is not completely installed. */
export interface BrokenPackage {
  readonly name: string;
  /** For people: `unpacked`, `half-configured`, `needs libfoo`. */
  readonly state: string;
}

const states = new Set(['unpacked', 'half-installed', 'half-configured', 'triggers-awaited', 'triggers-pending']);

/** The packages in dpkg's status file whose installation was interrupted or failed. */
export function parseBrokenPackages(status: string): readonly BrokenPackage[] {
  return status.split(/\n\n+/).flatMap((stanza) => {
    const name = /^Package: (\S+)$/m.exec(stanza)?.[1];
    const [, flag, state = ''] = /^Status: \S+ (\S+) (\S+)$/m.exec(stanza) ?? [];
    if (name === undefined || (flag !== 'reinstreq' && !states.has(state))) return [];
    return [{ name, state: states.has(state) ? state : 'to be installed again' }];
  });
}

/** Checks the dependencies of all installed packages. Reads no package lists, which takes seconds, and takes no lock. */
export const aptCheck: readonly string[] = [
  ...['sh', '-c'],
  'apt-get -o Dir::State::Lists=/var/empty -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o Debug::NoLocking=1 check 2>&1; exit 0',
];

/** Packages with unmet dependencies, from the output of aptCheck. */
export function parseUnmet(output: string): readonly BrokenPackage[] {
  const found = new Map<string, BrokenPackage>();
  for (const line of output.split('\n')) {
    const [, name, needed] = /^ (\S+) : (?:Pre)?Depends: (\S+)/.exec(line) ?? [];
    if (name !== undefined && needed !== undefined && !found.has(name))
      found.set(name, { name, state: `needs ${needed}` });
  }
  return [...found.values()];
}
