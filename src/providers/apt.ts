import type { PackageItem } from '../model/drift.ts';
import type { Evidence } from '../model/evidence.ts';
import { list, text, type Grammar } from './fragment.ts';
import type { Action } from '../model/plan.ts';
import type { Component } from './billing.ts';
import { compareItems, nameOf } from './compare-items.ts';
import {
  findNearestVersion,
  madisonArgv,
  parseMadison,
  parseMismatched,
  parseMissing,
} from './debian/apt-available.ts';
import { aptEnv, aptGet, aptInstall } from './debian/apt-commands.ts';
import { requestLog } from './debian/install-requests.ts';
import { parseDpkgStatus, statusFile } from './debian/parse-dpkg-status.ts';
import { listOwners, parseOwners } from './debian/parse-owners.ts';
import { personalRecords } from './debian/personal-records.ts';
import { pinByName, pinOf, type Pins } from './pins.ts';
import { PackageList } from './package-list.ts';
import type { Probe, Provider } from './provider.ts';
import type { Declared, FoundPackage, PinStyle } from './proposal.ts';

/** As in Debian's policy. A final `-` would make apt remove the package. */
const packageName = /^[a-z0-9][a-z0-9+.-]*[a-z0-9+.](:[a-z0-9]+)?$/;

const nameGrammar = '[a-z0-9][a-z0-9+.-]{0,126}[a-z0-9+.](?::[a-z0-9]{2,20})?';
const entry: Grammar = {
  pattern: `^${nameGrammar}(?:=[0-9A-Za-z](?:[0-9A-Za-z.+:~-]{0,126}[0-9A-Za-z.+:~])?)?(?: \\+recommends)?(?: \\+hold)?$`,
  expected: 'a Debian package such as git, jq=1.6-2.1 with its version, or "nginx +recommends +hold"',
};
/** A package without a version. */
export const aptPackageName: Grammar = {
  pattern: `^${nameGrammar}$`,
  expected: 'the name of a Debian package such as git',
};

const packages = new PackageList({
  ...{ key: 'apt', noun: 'a Debian package', separator: '=', any: '*', prefix: '=' },
  name: packageName,
  version: /^[0-9A-Za-z][0-9A-Za-z.+:~-]*$/,
});

/** Whether a package is held back from upgrades, by the value of its item. */
const isHeld = (value = ''): boolean => value.endsWith(' +hold');

/** Debian packages: `git`, or `jq=1.6-2.1`. Items: `apt:git` → `*` or `=version`, and perhaps ` +recommends` and ` +hold`. */
export const apt = {
  ...packages.parts,
  schema: {
    'packages.apt': list(text(entry), {
      description:
        'Debian packages, each as name or name=version. With " +recommends" behind it, what the package recommends is installed as well; " +hold" at the end keeps apt from changing it in the workspace, as `apt-mark hold` does.',
      default: [],
      examples: [['git', 'ripgrep', 'jq=1.6-2.1', 'nginx +recommends', 'docker-ce +hold']],
    }),
  },
  plan: (wanted, recorded, environment, pins) => {
    const compared = compareItems(wanted, recorded);
    // The step of the user needs sudo, also if it is no longer declared.
    const dropped = compared.removed.map(nameOf).filter((name) => name !== 'sudo' || environment.user === 'root');
    const held = Object.keys(recorded).filter((id) => isHeld(recorded[id]));
    const mark = (how: 'hold' | 'unhold', ids: readonly string[]): readonly Action[] =>
      ids.length === 0
        ? []
        : [{ kind: 'exec', argv: ['apt-mark', how, '--', ...ids.map(nameOf).map(packages.validateName)] }];
    return [
      ...packages.planRemoval(dropped, [
        ...mark(
          'unhold',
          held.filter((id) => dropped.includes(nameOf(id))),
        ),
        // A plain purge would also remove what depends on the package.
        { kind: 'exec', argv: ['apt-mark', 'auto', '--', ...dropped.map(packages.validateName)] },
        { kind: 'exec', argv: aptGet('autoremove', '-y', '--purge'), env: aptEnv },
      ]),
      ...packages.planInstall(compared, wanted, (ids) => {
        const options = compared.changed.length > 0 ? ['--allow-downgrades'] : [];
        const install = [false, true].flatMap((recommends): readonly Action[] => {
          const chosen = ids.filter((id) => (wanted[id] ?? '*').includes(' +recommends') === recommends);
          if (chosen.length === 0) return [];
          const specs = chosen.map((id) => specOf(nameOf(id), wanted[id] ?? '*', pins));
          const more = recommends ? ['--install-recommends'] : [];
          return [{ kind: 'exec', argv: aptInstall(...options, ...more, '--', ...specs), env: aptEnv }];
        });
        return [
          ...mark(
            'unhold',
            compared.changed.filter((id) => held.includes(id)),
          ),
          ...install,
          ...mark(
            'hold',
            ids.filter((id) => isHeld(wanted[id])),
          ),
        ];
      }),
    ];
  },
  // The architecture of dpkg is the native one; packages of another have it in their names.
  probe: {
    argv: ['dpkg-query', '-W', '-f', '${db:Status-Abbrev}\\t${Package}\\t${Architecture}\\t${Version}\\n'],
    parse: parseInstalled,
  },
  bill: {
    known: ({ installed }) => Object.entries(installed).map(([name, version]) => billPackage(name, version)),
    files: [],
  },
  pins: pinByName,
  causes: { apt: 'Debian packages, by hand', 'apt-dependency': 'Debian packages, pulled in' },
  proposal: {
    declare: declarePackage,
    isPulledIn: ({ held }, cause) => cause === 'apt-dependency' && held !== true,
    installed: readInstalled,
    requests: requestLog,
  },
  sources: {
    missing: parseMissing,
    mismatched: parseMismatched,
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
  records: [/^\/var\/(?:lib\/(?:dpkg|apt|ucf)|cache\/debconf)(?:\/|$)/],
  personal: personalRecords,
  carry: {
    path: statusFile,
    listFiles: (names) => [...['sh', '-c', `{ ${listFiles}; } 2>/dev/null`, 'sh'], ...names],
  },
  rebuild: {
    generated: [
      /^\/var\/lib\/(dpkg|apt)(\/|$)/,
      // Java's key store has times, and its class archive addresses.
      /^\/etc\/ssl\/certs\/java\/cacerts$|^\/usr\/lib\/jvm\/[^/]+\/lib\/server\/classes\w*\.jsa$/,
    ],
    owners: { kind: 'question', argv: listOwners, parse: parseOwners },
  },
} satisfies Provider;

const listFiles =
  'dpkg-query --listfiles "$@"; for name; do ls -d /var/lib/dpkg/info/"$name".* /var/lib/dpkg/info/"$name":*; done';

/** `jq`, or `jq:i386`. */
function billPackage(listed: string, version: string): Component {
  const [name = '', architecture] = listed.split(':');
  return { type: 'deb', name, version, ...(architecture !== undefined && { architecture }) };
}

function declarePackage(found: FoundPackage, pin: PinStyle): Declared {
  const { change, before, recommends, held } = found.item;
  if (change === 'changed' && found.declared === undefined && held !== true) {
    // dpkg also writes the list of a package again when another one takes over files of it.
    const how = before === undefined ? 'in the same version' : 'in another version';
    return { kind: 'opaque', reason: `it came with the base or with another package, ${how}` };
  }
  const declared = packages.declare(found, pin);
  if (declared.kind !== 'item') return declared;
  const bare = declared.value.replace(/ \+hold$/, '');
  const value = found.declared === undefined && recommends === true ? `${bare} +recommends` : bare;
  return { ...declared, value: (held ?? isHeld(found.declared)) ? `${value} +hold` : value };
}

function readInstalled(_items: readonly PackageItem[], after: Evidence): Pins {
  const found = parseDpkgStatus(after.files.get(statusFile) ?? '').values();
  return Object.fromEntries([...found].map(({ name, version }) => [name, version]));
}

/** A package with the version of devenv.yaml, else of the lock. */
function specOf(name: string, value: string, pins: Pins): string {
  const version = packages.versionOf(value) ?? pinOf(pins, name);
  return packages.validateName(name) + (version === undefined ? '' : `=${packages.validateVersion(version)}`);
}

function parseInstalled(stdout: string): ReturnType<Probe['parse']> {
  const rows = stdout
    .split('\n')
    .map((line) => line.split('\t'))
    .filter(
      ([status = '', name = '', architecture = '', version = '', ...rest]) =>
        rest.length === 0 &&
        /^[hi]i /.test(status) &&
        packages.isPackage(name, version) &&
        /^[a-z0-9-]+$/.test(architecture),
    );
  const native = rows.find(([, name]) => name === 'dpkg')?.[2];
  return Object.fromEntries(
    rows.map(([, name = '', architecture = '', version = '']) => [
      architecture === native || architecture === 'all' ? name : `${name}:${architecture}`,
      version,
    ]),
  );
}
