import type { PackageItem } from '../model/drift.ts';
import { list, text, type Grammar } from './fragment.ts';
import type { Items } from '../model/item.ts';
import type { Step } from '../model/plan.ts';
import { compareItems, nameOf } from './compare-items.ts';
import { pinFits } from './pin-fits.ts';
import { pinByName, pinOf } from './pins.ts';
import type { Declared, FoundPackage, Pins, PinStyle, Probe, Provider } from './provider.ts';
import { validateText } from './validate-text.ts';

const packageName = /^(@[a-z0-9~][a-z0-9._~-]*\/)?[a-z0-9~][a-z0-9._~-]*$/i;
/** A version, a simple range or a tag of the registry; never a URL, a path or a git address. */
const packageRange = /^[~^]?[0-9a-z*][0-9a-z.+*_-]*$/i;

const entry: Grammar = {
  pattern:
    '^(?:@[a-z0-9][a-z0-9._-]{0,99}/)?[a-z0-9][a-z0-9._-]{0,99}(?:@(?:[~^]|[<>]=?|=)?[0-9A-Za-z][0-9A-Za-z.+_-]{0,63})?$',
  expected: 'an npm package such as typescript, pnpm@10 or @scope/name@^1.2.3',
};

/** Where packages are installed. */
const folder = '/usr/local/lib/node_modules';
const cache = '/var/cache/devenv/npm';

const env = {
  npm_config_cache: cache,
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
for name; do rm -rf -- "${folder}/$name"; done
for link in /usr/local/bin/*; do
  if [ -L "$link" ] && [ ! -e "$link" ]; then rm -f -- "$link"; fi
done`;

/** Global npm packages: `pnpm@10`, `@scope/tool`. Items: `npm:pnpm` → `10`, or `latest`. */
export const npm = {
  name: 'npm',
  schema: {
    'packages.npm': list(text(entry), {
      description: 'npm packages to install globally, each as name or name@version.',
      default: [],
      examples: [['pnpm@10', '@angular/cli']],
    }),
  },
  declaration: {
    kind: 'list',
    parse: parseEntry,
    print: (name, value) => (value === 'latest' ? name : `${name}@${value}`),
  },
  describe: (value) => (value === 'latest' ? '' : value),
  inputs: () => [],
  items: ({ packages }) =>
    Object.fromEntries(
      (packages['npm'] ?? []).map((spec) => {
        const { name, value } = parseEntry(spec);
        return [`npm:${validateName(name)}`, validateRange(value)];
      }),
    ),
  plan: (wanted, recorded, _environment, pins) => {
    const { added, changed, removed } = compareItems(wanted, recorded);
    const cause = changed.length > 0 ? 'new or changed in devenv.yaml' : 'new in devenv.yaml';
    return [...planRemoval(removed.map(nameOf)), ...planInstall([...added, ...changed].sort(), cause, wanted, pins)];
  },
  probe: { argv: ['npm', 'ls', '--global', '--json', '--depth=0'], parse: parseInstalled },
  pins: pinByName,
  origins: 'none',
  settings: 'none',
  causes: { npm: 'npm packages' },
  recognition: {
    patterns: [
      {
        cause: 'npm',
        path: /^(?<place>\/.*?\/lib\/node_modules)\/(?!\.)(?<name>@[^/]+\/[^/]+|[^@/][^/]*)(?:\/|$)/,
        versionFile: (place, name) => `${place}/${name}/package.json`,
      },
    ],
    evidence: () => [],
    index: 'by path',
    isIndexed: () => false,
  },
  proposal: {
    declare: declarePackage,
    // npm keeps what a package needs inside of it.
    isPulledIn: () => false,
    installed: readInstalled,
  },
  sources: 'none',
  caches: {
    volumes: [{ name: 'devenv-cache-npm', target: cache, inWorkspaces: false }],
    variables: (shared) => [`npm_config_cache=${shared}/npm`],
  },
  excludes: [/^\/(root|home\/[^/]+)\/\.npm\/_[^/]+(\/|$)/],
  records: [],
  personal: { keep: '', restore: '', own: [] },
  carry: 'files alone',
  rebuild: {
    generated: [/^\/usr\/local\/lib\/node_modules\/\.package-lock\.json$/, /^\/(root|home\/[^/]+)\/\.npm(\/|$)/],
    owners: {
      kind: 'by path',
      find: (path) => /^\/usr\/local\/lib\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1],
    },
  },
} satisfies Provider;

function parseEntry(spec: string): { readonly name: string; readonly value: string } {
  const at = spec.indexOf('@', 1);
  return at === -1 ? { name: spec, value: 'latest' } : { name: spec.slice(0, at), value: spec.slice(at + 1) };
}

function declarePackage({ item, version, declared }: FoundPackage, pin: PinStyle, asked: Items): Declared {
  const { name, place } = item;
  const refuse = (reason: string): Declared => ({ kind: 'opaque', reason });
  if (place !== folder) return refuse(`it is not in ${folder}, where devenv installs`);
  if (!Object.hasOwn(asked, 'node') && !Object.hasOwn(asked, 'apt:npm'))
    return refuse('devenv.yaml does not ask for npm itself; add `tools: {node: …}` first');
  if (!packageName.test(name) || !packageRange.test(version)) return refuse('devenv.yaml cannot name it');
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

function readInstalled(items: readonly PackageItem[]): Pins {
  return Object.fromEntries(
    items.flatMap(({ name, version, place }) => (version !== undefined && place === folder ? [[name, version]] : [])),
  );
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
  const pin = pinOf(pins, name);
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
