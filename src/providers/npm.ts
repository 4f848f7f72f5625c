import type { Items } from '../model/item.ts';
import type { Step } from '../model/plan.ts';
import { compareItems, nameOf } from './compare-items.ts';
import { pinFits } from './pin-fits.ts';
import type { Declared, FoundPackage, Pins, PinStyle, Probe, Provider } from './provider.ts';
import { validateText } from './validate-text.ts';

const packageName = /^(@[a-z0-9~][a-z0-9._~-]*\/)?[a-z0-9~][a-z0-9._~-]*$/i;
/** A version, a simple range or a tag of the registry; never a URL, a path or a git address. */
const packageRange = /^[~^]?[0-9a-z*][0-9a-z.+*_-]*$/i;

const env = {
  npm_config_cache: '/var/cache/devenv/npm',
  npm_config_audit: 'false',
  npm_config_fund: 'false',
  npm_config_update_notifier: 'false',
} as const;

/**
 * Works without npm too: it may be gone since the packages were installed.
 * $@: names of packages.
 */
const removal = `set -eu
if command -v npm >/dev/null 2>&1; then exec npm uninstall --global -- "$@"; fi
for name; do rm -rf -- "/usr/local/lib/node_modules/$name"; done
for link in /usr/local/bin/*; do
  if [ -L "$link" ] && [ ! -e "$link" ]; then rm -f -- "$link"; fi
done`;

/** Global npm packages: `pnpm@10`, `@scope/tool`. Items: `npm:pnpm` → `10`, or `latest`. */
export const npm = {
  name: 'npm',
  items: ({ packages }) =>
    Object.fromEntries(
      (packages['npm'] ?? []).map((spec) => {
        const at = spec.indexOf('@', 1);
        const [name, range] = at === -1 ? [spec, 'latest'] : [spec.slice(0, at), spec.slice(at + 1)];
        return [`npm:${validateName(name)}`, validateRange(range)];
      }),
    ),
  plan: (wanted, recorded, _environment, pins) => {
    const { added, changed, removed } = compareItems(wanted, recorded);
    const cause = changed.length > 0 ? 'new or changed in devenv.yaml' : 'new in devenv.yaml';
    return [...planRemoval(removed.map(nameOf)), ...planInstall([...added, ...changed].sort(), cause, wanted, pins)];
  },
  probe: { argv: ['npm', 'ls', '--global', '--json', '--depth=0'], parse: parseInstalled },
  declare: declarePackage,
} satisfies Provider;

function declarePackage({ name, version, declared }: FoundPackage, pin: PinStyle): Declared {
  if (!packageName.test(name) || !packageRange.test(version))
    return { kind: 'opaque', reason: 'devenv.yaml cannot name it' };
  if (declared !== undefined && pinFits(declared, version)) return { kind: 'item', id: `npm:${name}`, value: declared };
  const minor = /^\d+\.\d+(?=\.\d+$)/.exec(version)?.[0];
  // What was asked for by version before stays so.
  const style = declared === undefined ? pin : 'exact';
  return {
    kind: 'item',
    id: `npm:${name}`,
    value: style === 'none' ? 'latest' : style === 'minor' ? (minor ?? version) : version,
  };
}

function planRemoval(names: readonly string[]): readonly Step[] {
  if (names.length === 0) return [];
  return [
    {
      id: 'npm:remove',
      title: `remove ${names.join(', ')}`,
      cause: 'no longer in devenv.yaml',
      actions: [{ kind: 'exec', argv: ['sh', '-c', removal, 'devenv', ...names.map(validateName)], env }],
    },
  ];
}

function planInstall(ids: readonly string[], cause: string, wanted: Items, pins: Pins): readonly Step[] {
  if (ids.length === 0) return [];
  const names = ids.map((id) => {
    const range = wanted[id] ?? 'latest';
    return range === 'latest' ? nameOf(id) : `${nameOf(id)}@${range}`;
  });
  const specs = ids.map((id) => specOf(nameOf(id), wanted[id] ?? 'latest', pins));
  return [
    {
      id: 'npm',
      title: `install ${names.join(', ')}`,
      cause,
      actions: [{ kind: 'exec', argv: ['npm', 'install', '--global', '--', ...specs], env }],
    },
  ];
}

function specOf(name: string, range: string, pins: Pins): string {
  const pin = Object.hasOwn(pins, name) ? pins[name] : undefined;
  const version = pin !== undefined && pinFits(range, pin) ? pin : range;
  return `${validateName(name)}@${validateRange(version)}`;
}

const validateName = (name: string): string => validateText(packageName, name, 'name of an npm package');
const validateRange = (range: string): string => validateText(packageRange, range, 'version of an npm package');

function parseInstalled(stdout: string): ReturnType<Probe['parse']> {
  const dependencies = fieldOf(parseJson(stdout), 'dependencies');
  if (typeof dependencies !== 'object' || dependencies === null) return {};
  return Object.fromEntries(
    Object.entries(dependencies).flatMap(([name, details]) => {
      const version = fieldOf(details, 'version');
      const valid = packageName.test(name) && typeof version === 'string' && packageRange.test(version);
      return valid ? [[name, version]] : [];
    }),
  );
}

function fieldOf(value: unknown, field: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, field)
    ? (value as Record<string, unknown>)[field]
    : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
