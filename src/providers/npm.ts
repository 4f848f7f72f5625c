import { asMap, parseJson } from '../model/json.ts';
import { billFiles, type Component } from './billing.ts';
import { compareItems, nameOf } from './compare-items.ts';
import { recognizeByPath } from './ecosystem.ts';
import { list, text, type Grammar } from './fragment.ts';
import { npmSettings } from './mirrors/npm-settings.ts';
import { PackageList } from './package-list.ts';
import { pinFits } from './pin-fits.ts';
import { pinByName, pinOf, type Pins } from './pins.ts';
import type { Probe, Provider } from './provider.ts';

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
  ...packages.parts,
  schema: {
    'packages.npm': list(text(entry), {
      description: 'npm packages to install globally, each as name or name@version.',
      default: [],
      examples: [['pnpm@10', '@angular/cli']],
    }),
  },
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
  bill: billFiles({
    name: 'package.json',
    path: /\/node_modules\/(?:@[^/]+\/)?[^/@.][^/]*\/package\.json$/,
    reads: true,
    read: readPackage,
  }),
  pins: pinByName,
  settings: npmSettings,
  causes: { npm: 'npm packages' },
  recognition: recognizeByPath([
    {
      cause: 'npm',
      path: /^(?<place>\/.*?\/lib\/node_modules)\/(?!\.)(?<name>@[^/]+\/[^/]+|[^@/][^/]*)(?:\/|$)/,
      versionFile: (place, name) => `${place}/${name}/package.json`,
    },
  ]),
  proposal: {
    ...packages.propose(
      (place) => place === folder,
      () => `it is not in ${folder}, where devenv installs`,
      (_found, asked) =>
        Object.hasOwn(asked, 'node') || Object.hasOwn(asked, 'apt:npm')
          ? undefined
          : 'devenv.yaml does not ask for npm itself; add `tools: {node: …}` first',
    ),
    // npm installs dependencies inside the package.
    isPulledIn: () => false,
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
  personal: { keep: '', restore: '', own: [] },
  rebuild: {
    generated: [/^\/usr\/local\/lib\/node_modules\/\.package-lock\.json$/, /^\/(root|home\/[^/]+)\/\.npm(\/|$)/],
    owners: {
      kind: 'by path',
      find: (path) => /^\/usr\/local\/lib\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1],
    },
  },
} satisfies Provider;

function readPackage(path: string, text: string): Component | undefined {
  // Debian's own packages are listed as such.
  if (/^\/usr\/(?:share|lib\/[^/]+)\/nodejs\//.test(path)) return undefined;
  const { name, version } = asMap(parseJson(text));
  if (typeof name !== 'string' || typeof version !== 'string' || !packages.isPackage(name, version)) return undefined;
  return { type: 'npm', name, version };
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
  return Object.fromEntries(
    Object.entries(asMap(asMap(parseJson(stdout))['dependencies'])).flatMap(([name, details]) => {
      const { version } = asMap(details);
      return typeof version === 'string' && packages.isPackage(name, version) ? [[name, version]] : [];
    }),
  );
}
