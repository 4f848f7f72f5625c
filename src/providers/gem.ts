import type { PathChange } from '../model/container.ts';
import type { Evidence } from '../model/evidence.ts';
import { billFiles } from './billing.ts';
import { ClosurePins } from './closure-pins.ts';
import type { FoundTool } from './ecosystem.ts';
import { list, text, type Grammar } from './fragment.ts';
import { PackageList } from './package-list.ts';
import type { Provider } from './provider.ts';
import type { Pins } from './pins.ts';
import { programSources } from './programs/program-sources.ts';
import { gemAction, gemArgv, gemCache } from './ruby/gem-script.ts';
import { gemSettings } from './ruby/gem-settings.ts';

const packages = new PackageList({
  ...{ key: 'gem', noun: 'a Ruby gem', separator: ':', any: '*', prefix: '' },
  name: /^[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?$/,
  version: /^[0-9][0-9A-Za-z.]*$/,
});

const gemPins = new ClosurePins(packages, 'gem', '', (asked, pinned) => asked === pinned);

const entry: Grammar = {
  pattern: '^[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9_])?(?::[0-9](?:[0-9A-Za-z.]{0,62}[0-9A-Za-z])?)?$',
  expected: 'a Ruby gem such as rake, or with its version such as rake:13.0.6',
};

/** Where Debian's and the official Ruby images' `gem` installs as root. */
const ownPlace = /^(?:\/var\/lib\/gems\/[0-9.]+|\/usr\/local\/bundle)$/;

const gemPath =
  /^(?<place>\/.*)\/(?:gems|specifications|doc|cache|build_info|extensions\/[^/]+\/[^/]+)\/(?<name>[^/]+?)-(?<version>\d[^/-]*?)(?:-[a-z][^/]*)?(?:\.gemspec|\.gem|\.info)?(?:\/|$)/;
const specFile = /^(\/.*)\/specifications\/[^/]+\.gemspec$/;

/** Ruby gems, installed for the whole system: `rake`, or `rake:13.0.6`. Items: `gem:rake` → `*`, or the version. */
export const gem = {
  ...packages.parts,
  schema: {
    'packages.gem': list(text(entry), {
      description:
        'Ruby gems to install for the whole system, each as name or name:version. The base, or packages.apt, has to bring Ruby.',
      default: [],
      examples: [['rake', 'bundler:2.4.22']],
    }),
  },
  plan: (wanted, recorded, _environment, pins) => gemPins.planSteps(wanted, recorded, pins, gemAction),
  probe: {
    argv: [
      'sh',
      '-c',
      'find /var/lib/gems /usr/local/bundle -name "*.gemspec" -path "*/specifications/*" 2>/dev/null; exit 0',
    ],
    parse: parseInstalled,
  },
  bill: billFiles({
    name: '*.gemspec',
    path: /\/specifications\/[^/]+\.gemspec$/,
    reads: false,
    read: (path) => {
      // Debian's own packages are listed as such.
      if (/^\/usr\/(?:share\/rubygems-integration|lib\/ruby)\//.test(path)) return undefined;
      const { name = '', version = '' } = gemPath.exec(path)?.groups ?? {};
      return packages.isPackage(name, version) ? { type: 'gem', name, version } : undefined;
    },
  }),
  pins: gemPins.pin,
  origins: { probe: { argv: gemArgv('list', []), parse: gemPins.parseNotes }, trace: () => gemArgv('list', []) },
  settings: gemSettings,
  causes: { gem: 'Ruby gems' },
  recognition: {
    patterns: [{ cause: 'gem', path: gemPath }],
    evidence: (path, kind) => (specFile.test(path) && kind !== 'deleted' ? [path] : []),
    index: indexGems,
    isIndexed: (path) => specFile.test(path),
  },
  proposal: packages.propose(
    (place) => ownPlace.test(place),
    () => 'it is not where `gem install` puts gems for the whole system',
  ),
  sources: programSources,
  caches: { volumes: [{ name: 'devenv-cache-gem', target: gemCache, inWorkspaces: false }], variables: () => [] },
  excludes: [/^\/(?:root|home\/[^/]+)\/\.(?:gem|local\/share\/gem)\/specs(?:\/|$)/],
  personal: { keep: '', restore: '', own: [] },
  rebuild: {
    // The times of what was compiled.
    generated: [/\/gem_make\.out$|\/mkmf\.log$|\/gem\.build_complete$/],
    owners: { kind: 'by path', find: (path) => gemPath.exec(path)?.groups?.['name'] },
  },
} satisfies Provider;

function parseInstalled(stdout: string): Pins {
  return Object.fromEntries(
    stdout.split('\n').flatMap((line) => {
      const { place = '', name = '', version = '' } = gemPath.exec(line)?.groups ?? {};
      return ownPlace.test(place) && packages.isPackage(name, version) ? [[name, version]] : [];
    }),
  );
}

/** Gems by their specifications; one that another new gem needs came with it. */
function indexGems(
  changes: Iterable<PathChange>,
  _before: Evidence,
  after: Evidence,
): (path: string) => FoundTool | undefined {
  const needed = new Set<string>();
  for (const [path, text] of after.files) {
    if (!specFile.test(path)) continue;
    for (const [, name = ''] of text.matchAll(/\.add_(?:runtime_)?dependency\(%q<([\w.-]{1,100})>/g)) needed.add(name);
  }
  const found = new Map<string, { -readonly [K in keyof FoundTool]: FoundTool[K] }>();
  const keyOf = (place = '', name = ''): string => `${place}\0${name}`;
  for (const { path, kind } of changes) {
    const { place = '', name = '', version = '' } = gemPath.exec(path)?.groups ?? {};
    const key = keyOf(place, name);
    const tool = found.get(key) ?? { tool: { cause: 'gem', name, place } };
    found.set(key, tool);
    if (kind === 'deleted') tool.before = version;
    else [tool.version, tool.origin] = [version, needed.has(name) ? 'dependency' : 'person'];
  }
  return (path) => {
    const { place, name } = gemPath.exec(path)?.groups ?? {};
    return name === undefined ? undefined : found.get(keyOf(place, name));
  };
}
