import type { HostFamily } from '../model/host-system.ts';

const families: Readonly<Record<string, HostFamily>> = {
  debian: 'debian',
  ubuntu: 'debian',
  rhel: 'rhel',
  centos: 'rhel',
  fedora: 'fedora',
  arch: 'arch',
  suse: 'suse',
  opensuse: 'suse',
  alpine: 'alpine',
};

/** Parses /etc/os-release: the family of systems, its name and the code name of the release. */
export const parseOsRelease = (
  text: string,
): { readonly id: string; readonly family: HostFamily; readonly name: string; readonly codename: string } => {
  const values = new Map<string, string>();
  for (const row of text.split('\n')) {
    const [, key, value] = /^([A-Z_]+)=(.*)$/.exec(row.trim()) ?? [];
    if (key !== undefined && value !== undefined) values.set(key, value.replace(/^(['"])(.*)\1$/, '$2'));
  }
  const id = values.get('ID') ?? '';
  // ID_LIKE lists the nearest relative first: clones of RHEL have rhel before fedora.
  const relatives = [id, ...(values.get('ID_LIKE') ?? '').split(' ')];
  const family = relatives.map((name) => families[name]).find((found) => found !== undefined) ?? 'other';
  const codename = values.get('VERSION_CODENAME') ?? '';
  return { id, family, name: values.get('PRETTY_NAME') ?? (id === '' ? 'this system' : id), codename };
};
