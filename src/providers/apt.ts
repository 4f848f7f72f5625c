import type { Items } from '../model/item.ts';
import type { Step } from '../model/plan.ts';
import { aptEnv, aptGet, aptInstall } from './apt-commands.ts';
import { compareItems, nameOf } from './compare-items.ts';
import type { Declared, FoundPackage, Pins, PinStyle, Probe, Provider } from './provider.ts';
import { validateText } from './validate-text.ts';

/** As Debian's policy has it; an ending `-` would ask apt to remove the package. */
const packageName = /^[a-z0-9][a-z0-9+.-]*[a-z0-9+.](:[a-z0-9]+)?$/;
const packageVersion = /^[0-9A-Za-z][0-9A-Za-z.+:~-]*$/;

/** Debian packages: `git`, or `jq=1.6-2.1`. Items: `apt:git` → `*` or `=version`. */
export const apt = {
  name: 'apt',
  items: ({ packages }) =>
    Object.fromEntries(
      (packages['apt'] ?? []).map((spec) => {
        const [name = '', ...version] = spec.split('=');
        return [`apt:${validateName(name)}`, version.length === 0 ? '*' : `=${validateVersion(version.join('='))}`];
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
  declare: declarePackage,
} satisfies Provider;

/** Debian's version requests know no ranges: it is exact, or the lock's. */
function declarePackage({ name, version, declared }: FoundPackage, pin: PinStyle): Declared {
  if (!packageName.test(name) || !packageVersion.test(version))
    return { kind: 'opaque', reason: 'devenv.yaml cannot name it' };
  const exact = declared === undefined ? pin === 'exact' : declared !== '*';
  return { kind: 'item', id: `apt:${name}`, value: exact ? `=${version}` : '*' };
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
  const pin = Object.hasOwn(pins, name) ? pins[name] : undefined;
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
