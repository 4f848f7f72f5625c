import { billInstalled } from '../billing.ts';
import { asMap, parseJson } from '../../model/json.ts';
import type { PathChange } from '../../model/container.ts';
import type { Evidence } from '../../model/evidence.ts';
import { ClosurePins } from '../closure-pins.ts';
import type { FoundTool } from '../ecosystem.ts';
import { list, text, type Grammar } from '../fragment.ts';
import { keepRecords } from '../keep-records.ts';
import { PackageList } from '../package-list.ts';
import { programSources } from '../programs/program-sources.ts';
import type { Provider } from '../provider.ts';
import type { MissingVersion } from '../sources.ts';
import type { Pins } from '../pins.ts';
import { composerAction, composerArgv, composerFolder, composerNotes } from './composer-script.ts';
import { composerSettings } from './composer-settings.ts';

const packages = new PackageList({
  ...{ key: 'composer', noun: 'a Composer package', separator: ':', any: '*', prefix: '' },
  name: /^[a-z0-9](?:[_.-]?[a-z0-9]+)*\/[a-z0-9](?:[_.-]{0,2}[a-z0-9]+)*$/,
  version: /^v?[0-9][0-9A-Za-z.+-]*$/,
});

const pins = new ClosurePins(packages, 'composer', '', (asked, pinned) => asked === pinned, {
  field: 'reference',
  rule: /^[0-9a-f]{40,64}$/,
});

const entry: Grammar = {
  pattern: '^[a-z0-9][a-z0-9_.-]{0,99}/[a-z0-9][a-z0-9_.-]{0,99}(?::v?[0-9][0-9A-Za-z.+-]{0,99})?$',
  expected: 'a Composer package such as phpstan/phpstan, or with its version such as phpstan/phpstan:1.10.0',
};

/** A folder of packages that `composer global` uses. */
const vendorPath =
  /^(?<place>\/(?:(?:root|home\/[^/]+)\/(?:\.config\/|\.)composer|usr\/local\/share\/composer))\/vendor\/(?<name>[^/]+\/[^/]+)(?:\/|$)/;
const homePath = /^(\/(?:(?:root|home\/[^/]+)\/(?:\.config\/|\.)composer|usr\/local\/share\/composer))\//;

/** PHP packages for the whole system: `phpstan/phpstan:1.10.0`. Items: `composer:NAME` → `*`, or the version. */
export const composer = {
  ...packages.parts,
  schema: {
    'packages.composer': list(text(entry), {
      description:
        'PHP packages that Composer installs for the whole system, each as vendor/name or vendor/name:version. packages.apt (composer, unzip) or the base has to bring Composer. Plug-ins and scripts of packages are not run.',
      default: [],
      examples: [['phpstan/phpstan:1.10.0']],
    }),
  },
  plan: (wanted, recorded, _environment, known) => pins.planSteps(wanted, recorded, known, composerAction),
  probe: { argv: ['cat', composerNotes], parse: (stdout) => versionsOf(pins.parseNotes(stdout)) },
  bill: billInstalled('composer'),
  pins: pins.pin,
  origins: {
    probe: { argv: ['cat', composerNotes], parse: pins.parseNotes },
    trace: () => composerArgv('list', []),
  },
  settings: composerSettings,
  causes: { composer: 'PHP packages' },
  recognition: {
    patterns: [{ cause: 'composer', path: vendorPath }],
    evidence: (path) => {
      const place = path.startsWith('/usr/local/bin/') ? composerFolder : homePath.exec(path)?.[1];
      return place === undefined ? [] : [`${place}/composer.json`, `${place}/vendor/composer/installed.json`];
    },
    index: indexPackages,
    isIndexed: () => false,
  },
  proposal: packages.propose(
    (place) => place === composerFolder,
    () => `it is not in ${composerFolder}, where devenv installs`,
  ),
  sources: { ...programSources, missing: parseMissing },
  personal: keepRecords([composerNotes]),
  excludes: [/^\/(?:root|home\/[^/]+)\/(?:\.cache\/composer|\.composer\/cache)(?:\/|$)/],
  records: [/^\/usr\/local\/share\/composer\/(?:composer\.(?:json|lock)|vendor\/(?:autoload\.php|composer\/.*))$/],
  rebuild: {
    generated: [/^\/usr\/local\/share\/composer\/(?:composer\.(?:json|lock)|vendor\/(?:autoload\.php|composer\/.*))$/],
    owners: { kind: 'by path', find: (path) => vendorPath.exec(path)?.groups?.['name'] },
  },
} satisfies Provider;

const versionsOf = (found: Pins): Pins =>
  Object.fromEntries(Object.entries(found).filter(([key]) => !/\.(?:reference|needs)$/.test(key)));

interface Installed {
  readonly name: string;
  readonly version: string;
  readonly bin?: unknown;
}

/** The packages of an installed.json, text of a workspace. */
function readInstalled(content: string): readonly Installed[] {
  const { packages: found } = asMap(parseJson(content));
  if (!Array.isArray(found)) return [];
  return found.map(asMap).flatMap(({ name, version, bin }) => {
    if (typeof name !== 'string' || typeof version !== 'string' || !packages.isPackage(name, version)) return [];
    return [{ name, version, bin }];
  });
}

/** Packages by Composer's own list; those that its composer.json does not name came with others. */
function indexPackages(
  _changes: Iterable<PathChange>,
  before: Evidence,
  after: Evidence,
): (path: string) => FoundTool | undefined {
  const tools = new Map<string, FoundTool>();
  const programs = new Map<string, FoundTool>();
  for (const [side, evidence] of [['before', before] as const, ['version', after] as const]) {
    for (const [file, content] of evidence.files) {
      const place = file.endsWith('/vendor/composer/installed.json') ? homePath.exec(file)?.[1] : undefined;
      if (place === undefined) continue;
      const asked = asMap(asMap(parseJson(after.files.get(`${place}/composer.json`)))['require']);
      for (const { name, version, bin } of readInstalled(content)) {
        const key = `${place}\0${name}`;
        const known: FoundTool = tools.get(key) ?? { tool: { cause: 'composer', name, place } };
        const origin = Object.hasOwn(asked, name) ? 'person' : 'dependency';
        const found: FoundTool = { ...known, [side]: version, ...(side === 'version' && { origin }) };
        tools.set(key, found);
        if (place !== composerFolder || !Array.isArray(bin)) continue;
        for (const each of bin) if (typeof each === 'string') programs.set(`/usr/local/bin/${nameOf(each)}`, found);
      }
    }
  }
  return (path) => {
    const { place = '', name = '' } = vendorPath.exec(path)?.groups ?? {};
    return programs.get(path) ?? tools.get(`${place}\0${name}`);
  };
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Composer says which versions there are. */
function parseMissing(output: readonly string[]): readonly MissingVersion[] {
  return output.flatMap((line) => {
    const said = /requires ([^\s,]+) ([^\s,]+), found \1\[([^\]]*)\] but it does not match/.exec(line);
    const [, name, version, versions = ''] = said ?? [];
    if (name === undefined || version === undefined || !packages.isPackage(name, version)) return [];
    return [{ name, version, available: versions.split(', ').filter((each) => packages.isPackage(name, each)) }];
  });
}
