import { compareItems, nameOf } from './compare-items.ts';
import { recognizeByPath } from './ecosystem.ts';
import { list, text, type Grammar } from './fragment.ts';
import { npmSettings } from './mirrors/npm-settings.ts';
import type { Items } from '../model/item.ts';
import { installedIn, PackageList } from './package-list.ts';
import { pinFits } from './pin-fits.ts';
import { pinByName, pinOf } from './pins.ts';
import type { Declared, FoundPackage, Pins, PinStyle, Probe, Provider } from './provider.ts';

const packageName = /^(@[a-z0-9~][a-z0-9._~-]*\/)?[a-z0-9~][a-z0-9._~-]*$/i;
/** A version, a simple range or a tag of the registry; never a URL, a path or a git address. */
const packageRange = /^[~^]?[0-9a-z*][0-9a-z.+*_-]*$/i;

const entry: Grammar = {
  pattern:
    '^(?:@[a-z0-9][a-z0-9._-]{0,99}/)?[a-z0-9][a-z0-9._-]{0,99}(?:@(?:[~^]|[<>]=?|=)?[0-9A-Za-z][0-9A-Za-z.+_-]{0,63})?$',
  expected: 'an npm package such as typescript, pnpm@10 or @scope/name@^1.2.3',
};

const packages = new PackageList({
  ...{ key: 'npm', noun: 'an npm package', separator: '@', any: 'latest', prefix: '', hasRanges: true, fits: pinFits },
  name: packageName,
  version: packageRange,
});

/** Where packages are installed. */
const folder = '/usr/local/lib/node_modules';
const cache = '/var/cache/devenv/npm';

const env = {
  npm_config_cache: cache,
  npm_config_audit: 'false',
  npm_config_fund: 'false',
  npm_config_update_notifier: 'false',
} as const;

/** $@: names of packages. Works without npm, which may be gone. */
const removal = `set -eu
if command -v npm >/dev/null 2>&1; then exec npm uninstall --global -- "$@"; fi
for name; do rm -rf -- "${folder}/$name"; done
for link in /usr/local/bin/*; do
  if [ -L "$link" ] && [ ! -e "$link" ]; then rm -f -- "$link"; fi
done`;

/** npm keeps a log of each of its last commands in its cache. */
const listRequests = `for cache in "\${npm_config_cache:-/root/.npm}" /root/.npm /home/*/.npm; do
  cat "$cache"/_logs/*-debug-0.log 2>/dev/null
done | grep -a ' verbose argv '; exit 0`;

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
  declaration: packages.declaration,
  describe: packages.describe,
  inputs: () => [],
  items: packages.items,
  plan: (wanted, recorded, _environment, pins) => {
    const compared = compareItems(wanted, recorded);
    const dropped = compared.removed.map(nameOf);
    return [
      ...packages.planRemoval(dropped, [
        { kind: 'exec', argv: ['sh', '-c', removal, 'devenv', ...dropped.map(packages.validateName)], env },
      ]),
      ...packages.planInstall(compared, wanted, (ids) => {
        const specs = ids.map((id) => specOf(nameOf(id), wanted[id] ?? 'latest', pins));
        return [{ kind: 'exec', argv: ['npm', 'install', '--global', '--', ...specs], env, settings: 'npm' }];
      }),
    ];
  },
  probe: { argv: ['npm', 'ls', '--global', '--json', '--depth=0'], parse: parseInstalled },
  pins: pinByName,
  origins: 'none',
  settings: npmSettings,
  causes: { npm: 'npm packages' },
  recognition: recognizeByPath([
    {
      cause: 'npm',
      path: /^(?<place>\/.*?\/lib\/node_modules)\/(?!\.)(?<name>@[^/]+\/[^/]+|[^@/][^/]*)(?:\/|$)/,
      versionFile: (place, name) => `${place}/${name}/package.json`,
    },
  ]),
  advice: {},
  proposal: {
    declare: declarePackage,
    // npm installs dependencies inside the package.
    isPulledIn: () => false,
    installed: (items) => installedIn(items, (place) => place === folder),
    requests: {
      argv: ['sh', '-c', listRequests],
      parse: (stdout) => ({ pinned: findPinned(stdout), recommended: new Map() }),
    },
  },
  sources: {
    missing: () => [],
    mismatched: (output) =>
      output.some((line) => /^npm (?:ERR!|error) code EINTEGRITY$/.test(line.trim())) ? ['a package of npm'] : [],
    nearest: () => undefined,
  },
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

function declarePackage(found: FoundPackage, pin: PinStyle, asked: Items): Declared {
  const refuse = (reason: string): Declared => ({ kind: 'opaque', reason });
  if (found.item.place !== folder) return refuse(`it is not in ${folder}, where devenv installs`);
  if (!Object.hasOwn(asked, 'node') && !Object.hasOwn(asked, 'apt:npm'))
    return refuse('devenv.yaml does not ask for npm itself; add `tools: {node: …}` first');
  return packages.declare(found, pin);
}

/** Name → version, of packages that were last installed by an exact version. */
function findPinned(log: string): ReadonlyMap<string, string> {
  const pinned = new Map<string, string>();
  for (const line of log.split('\n')) {
    const words = [...line.matchAll(/"([^"]*)"/g)].map(([, word = '']) => word);
    const [action = '', ...names] = words.filter((word) => !word.startsWith('-'));
    if (!/^(?:i|in|install|add)$/.test(action)) continue;
    for (const spec of names) {
      const at = spec.indexOf('@', 1);
      const [name, version = ''] = at === -1 ? [spec] : [spec.slice(0, at), spec.slice(at + 1)];
      if (/^\d+\.\d+\.\d+/.test(version)) pinned.set(name, version);
      else pinned.delete(name);
    }
  }
  return pinned;
}

function specOf(name: string, range: string, pins: Pins): string {
  const pin = pinOf(pins, name);
  const version = pin !== undefined && pinFits(range, pin) ? pin : range;
  return `${packages.validateName(name)}@${packages.validateVersion(version)}`;
}

function parseInstalled(stdout: string): ReturnType<Probe['parse']> {
  const dependencies = fieldOf(parseJson(stdout), 'dependencies');
  if (typeof dependencies !== 'object' || dependencies === null) return {};
  return Object.fromEntries(
    Object.entries(dependencies).flatMap(([name, details]) => {
      const version = fieldOf(details, 'version');
      return typeof version === 'string' && packages.isPackage(name, version) ? [[name, version]] : [];
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
