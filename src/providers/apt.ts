import type { PackageItem } from '../model/drift.ts';
import type { Evidence } from '../model/evidence.ts';
import { list, text, type Grammar } from './fragment.ts';
import type { Items } from '../model/item.ts';
import type { Step } from '../model/plan.ts';
import { compareItems, nameOf } from './compare-items.ts';
import { findNearestVersion, madisonArgv, parseMadison, parseMissing } from './debian/apt-available.ts';
import { aptEnv, aptGet, aptInstall } from './debian/apt-commands.ts';
import { parseDpkgStatus, statusFile } from './debian/parse-dpkg-status.ts';
import { listOwners, parseOwners } from './debian/parse-owners.ts';
import { personalRecords } from './debian/personal-records.ts';
import { pinByName, pinOf } from './pins.ts';
import type { Declared, FoundPackage, Pins, PinStyle, Probe, Provider } from './provider.ts';
import { validateText } from './validate-text.ts';

/** As Debian's policy has it; an ending `-` would ask apt to remove the package. */
const packageName = /^[a-z0-9][a-z0-9+.-]*[a-z0-9+.](:[a-z0-9]+)?$/;
const packageVersion = /^[0-9A-Za-z][0-9A-Za-z.+:~-]*$/;

const nameGrammar = '[a-z0-9][a-z0-9+.-]{0,126}[a-z0-9+.](?::[a-z0-9]{2,20})?';
const entry: Grammar = {
  pattern: `^${nameGrammar}(?:=[0-9A-Za-z](?:[0-9A-Za-z.+:~-]{0,126}[0-9A-Za-z.+:~])?)?$`,
  expected: 'a Debian package such as git, or with its version such as jq=1.6-2.1',
};
/** A package without a version. */
export const aptPackageName: Grammar = {
  pattern: `^${nameGrammar}$`,
  expected: 'the name of a Debian package such as git',
};

/** Debian packages: `git`, or `jq=1.6-2.1`. Items: `apt:git` → `*` or `=version`. */
export const apt = {
  name: 'apt',
  schema: {
    'packages.apt': list(text(entry), {
      description: 'Debian packages, each as name or name=version.',
      default: [],
      examples: [['git', 'ripgrep', 'jq=1.6-2.1']],
    }),
  },
  declaration: { kind: 'list', parse: parseEntry, print: (name, value) => (value === '*' ? name : `${name}${value}`) },
  describe: (value) => (value === '*' ? '' : value.slice(1)),
  inputs: () => [],
  items: ({ packages }) =>
    Object.fromEntries(
      (packages['apt'] ?? []).map((spec) => {
        const { name, value } = parseEntry(spec);
        return [`apt:${validateName(name)}`, value === '*' ? value : `=${validateVersion(value.slice(1))}`];
      }),
    ),
  plan: (wanted, recorded, environment, pins) => {
    const { added, changed, removed } = compareItems(wanted, recorded);
    // The user's sudo stays whether or not it was also declared.
    const dropped = removed.map(nameOf).filter((name) => name !== 'sudo' || environment.user === 'root');
    return [...planRemoval(dropped), ...planInstall([...added, ...changed].sort(), changed.length > 0, wanted, pins)];
  },
  // The architecture of dpkg itself is the native one; only packages of another get it in their name.
  probe: {
    argv: ['dpkg-query', '-W', '-f', '${db:Status-Abbrev}\\t${Package}\\t${Architecture}\\t${Version}\\n'],
    parse: parseInstalled,
  },
  pins: pinByName,
  origins: 'none',
  settings: 'none',
  causes: { apt: 'Debian packages, by hand', 'apt-dependency': 'Debian packages, pulled in' },
  // By the lists of dpkg, which name every file of a package.
  recognition: 'none',
  proposal: {
    declare: declarePackage,
    isPulledIn: (_item, cause) => cause === 'apt-dependency',
    installed: readInstalled,
  },
  sources: {
    missing: parseMissing,
    question: { argv: madisonArgv, parse: parseMadison, witness: 'base-files' },
    nearest: findNearestVersion,
  },
  caches: {
    volumes: [
      { name: 'devenv-cache-apt', target: '/var/cache/apt', inWorkspaces: true },
      { name: 'devenv-cache-apt-lists', target: '/var/lib/apt/lists', inWorkspaces: true },
    ],
    variables: () => [],
  },
  excludes: [/^\/var\/lib\/apt\/lists(\/|$)/, /^\/var\/lib\/dpkg\/(lock|lock-frontend|triggers\/Lock)$/],
  records: [/^\/var\/lib\/(?:dpkg|apt|ucf)(?:\/|$)/],
  personal: personalRecords,
  carry: {
    path: statusFile,
    listFiles: (names) => [...['sh', '-c', `{ ${listFiles}; } 2>/dev/null`, 'sh'], ...names],
  },
  rebuild: {
    generated: [/^\/var\/lib\/(dpkg|apt)(\/|$)/],
    owners: { kind: 'question', argv: listOwners, parse: parseOwners },
  },
} satisfies Provider;

const listFiles =
  'dpkg-query --listfiles "$@"; for name; do ls -d /var/lib/dpkg/info/"$name".* /var/lib/dpkg/info/"$name":*; done';

function parseEntry(spec: string): { readonly name: string; readonly value: string } {
  const at = spec.indexOf('=');
  return at === -1 ? { name: spec, value: '*' } : { name: spec.slice(0, at), value: spec.slice(at) };
}

/** Debian's version requests know no ranges: it is exact, or the lock's. */
function declarePackage({ item, version, declared }: FoundPackage, pin: PinStyle): Declared {
  const { name, change, before } = item;
  if (change === 'changed' && declared === undefined && before !== undefined)
    return { kind: 'opaque', reason: 'it came with the base or with another package, in another version' };
  if (!packageName.test(name) || !packageVersion.test(version))
    return { kind: 'opaque', reason: 'devenv.yaml cannot name it' };
  const exact = declared === undefined ? pin === 'exact' : declared !== '*';
  return { kind: 'item', id: `apt:${name}`, value: exact ? `=${version}` : '*' };
}

function readInstalled(_items: readonly PackageItem[], after: Evidence): Pins {
  const packages = [...parseDpkgStatus(after.files.get(statusFile) ?? '').values()];
  return Object.fromEntries(packages.map(({ name, version }) => [name, version]));
}

function planRemoval(names: readonly string[]): readonly Step[] {
  if (names.length === 0) return [];
  return [
    {
      id: 'apt:remove',
      title: `remove ${names.join(', ')}`,
      cause: 'no longer in devenv.yaml',
      actions: [
        // Not a plain purge: it would take away everything that needs the package, wanted or not.
        { kind: 'exec', argv: ['apt-mark', 'auto', '--', ...names.map(validateName)] },
        { kind: 'exec', argv: aptGet('autoremove', '-y', '--purge'), env: aptEnv },
      ],
    },
  ];
}

function planInstall(ids: readonly string[], replaces: boolean, wanted: Items, pins: Pins): readonly Step[] {
  if (ids.length === 0) return [];
  const specs = ids.map((id) => specOf(nameOf(id), wanted[id] ?? '*', pins));
  return [
    {
      id: 'apt',
      title: `install ${specs.map(({ name, version }) => `${name}${version}`).join(', ')}`,
      cause: replaces ? 'new or changed in devenv.yaml' : 'new in devenv.yaml',
      actions: [
        {
          kind: 'exec',
          argv: aptInstall(
            ...(replaces ? ['--allow-downgrades'] : []),
            '--',
            ...specs.map(({ name, version, pin }) => name + (version || pin)),
          ),
          env: aptEnv,
        },
      ],
    },
  ];
}

interface Spec {
  readonly name: string;
  /** `=1.2`, or nothing. */
  readonly version: string;
  readonly pin: string;
}

function specOf(name: string, value: string, pins: Pins): Spec {
  validateName(name);
  if (value !== '*') return { name, version: `=${validateVersion(value.slice(1))}`, pin: '' };
  const pin = pinOf(pins, name);
  return { name, version: '', pin: pin === undefined ? '' : `=${validateVersion(pin)}` };
}

const validateName = (name: string): string => validateText(packageName, name, 'name of a Debian package');
const validateVersion = (version: string): string =>
  validateText(packageVersion, version, 'version of a Debian package');

function parseInstalled(stdout: string): ReturnType<Probe['parse']> {
  const rows = stdout
    .split('\n')
    .map((line) => line.split('\t'))
    .filter(
      ([status = '', name = '', architecture = '', version = '', ...rest]) =>
        rest.length === 0 &&
        /^[hi]i /.test(status) &&
        packageName.test(name) &&
        /^[a-z0-9-]+$/.test(architecture) &&
        packageVersion.test(version),
    );
  const native = rows.find(([, name]) => name === 'dpkg')?.[2];
  return Object.fromEntries(
    rows.map(([, name = '', architecture = '', version = '']) => [
      architecture === native || architecture === 'all' ? name : `${name}:${architecture}`,
      version,
    ]),
  );
}
