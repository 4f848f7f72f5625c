export const statusFile = '/var/lib/dpkg/status';

/** One installed Debian package. */
export interface DebianPackage {
  /** As devenv.yaml names it: with `:architecture` if that is not the system's own. */
  readonly name: string;
  /** The name of its file list: `libc6:amd64`, `git`. */
  readonly list: string;
  readonly version: string;
  /** Whether apt leaves it as it is. */
  readonly held: boolean;
  /** Path → md5 of the configuration files in the package. */
  readonly conffiles: ReadonlyMap<string, string>;
  /** Its relations to other packages, as dpkg writes them. */
  readonly depends: string;
  readonly recommends: string;
  readonly provides: string;
}

/**
 * dpkg's status file → installed packages by name. Untrusted text: skips what
 * it cannot read, and never throws.
 */
export function parseDpkgStatus(text: string): ReadonlyMap<string, DebianPackage> {
  const stanzas = text.split(/\n\n+/).map(parseStanza);
  const native = stanzas.find(({ fields }) => fields.get('Package') === 'dpkg')?.fields.get('Architecture');
  const packages = new Map<string, DebianPackage>();
  for (const { fields, conffiles } of stanzas) {
    const plain = fields.get('Package');
    const version = fields.get('Version');
    const architecture = fields.get('Architecture') ?? 'all';
    const status = fields.get('Status') ?? '';
    if (plain === undefined || version === undefined || !status.endsWith(' installed')) continue;
    const own = architecture === native || architecture === 'all';
    const name = own ? plain : `${plain}:${architecture}`;
    const list = fields.get('Multi-Arch') === 'same' ? `${plain}:${architecture}` : plain;
    const [pre, depends, recommends, provides] = ['Pre-Depends', 'Depends', 'Recommends', 'Provides'].map(
      (field) => fields.get(field) ?? '',
    );
    packages.set(name, {
      ...{
        name,
        list,
        version,
        held: status.startsWith('hold '),
        conffiles,
        depends: `${pre ?? ''}, ${depends ?? ''}`,
      },
      ...{ recommends: recommends ?? '', provides: provides ?? '' },
    });
  }
  return packages;
}

/** Names of the packages that apt installed only because others need them. */
export function parseAutoInstalled(text: string, native: string | undefined): ReadonlySet<string> {
  const names = text.split(/\n\n+/).flatMap((stanza) => {
    const { fields } = parseStanza(stanza);
    const name = fields.get('Package');
    if (name === undefined || fields.get('Auto-Installed') !== '1') return [];
    const architecture = fields.get('Architecture') ?? 'all';
    return [architecture === native || architecture === 'all' ? name : `${name}:${architecture}`];
  });
  return new Set(names);
}

/** The architecture that names of packages leave out. */
export function findNativeArchitecture(status: string): string | undefined {
  // Most stanzas are not parsed: a status has thousands.
  const named = status.split(/\n\n+/).filter((stanza) => stanza.includes('Package: dpkg\n'));
  return named
    .map((stanza) => parseStanza(stanza).fields)
    .find((fields) => fields.get('Package') === 'dpkg')
    ?.get('Architecture');
}

function parseStanza(text: string): {
  readonly fields: ReadonlyMap<string, string>;
  readonly conffiles: ReadonlyMap<string, string>;
} {
  const fields = new Map<string, string>();
  const conffiles = new Map<string, string>();
  let field = '';
  for (const line of text.split('\n')) {
    if (line.startsWith(' ')) {
      const [, path, sum] = field === 'Conffiles' ? (/^ (\/.*) ([0-9a-f]{32})(?: .*)?$/.exec(line) ?? []) : [];
      if (path !== undefined && sum !== undefined) conffiles.set(path, sum);
      continue;
    }
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    field = line.slice(0, colon);
    fields.set(field, line.slice(colon + 1).trim());
  }
  return { fields, conffiles };
}
