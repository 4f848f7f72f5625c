import { billInstalled } from '../../src/providers/billing.ts';
import { compareItems, nameOf } from '../../src/providers/compare-items.ts';
import { leavesNoTraces } from '../../src/providers/ecosystem.ts';
import { list, text, type Grammar } from '../../src/providers/fragment.ts';
import { PackageList } from '../../src/providers/package-list.ts';
import { pinByName, pinOf, type Pins } from '../../src/providers/pins.ts';
import { withoutPackages, type Provider } from '../../src/providers/provider.ts';

const packages = new PackageList({
  ...{ key: 'example', noun: 'a package of example', separator: '@', any: '*', prefix: '' },
  name: /^[a-z0-9][a-z0-9._-]*$/,
  version: /^[0-9][0-9A-Za-z.+-]*$/,
});

const entry: Grammar = {
  pattern: '^[a-z0-9][a-z0-9._-]{0,99}(?:@[0-9][0-9A-Za-z.+-]{0,63})?$',
  expected: 'a package such as tool, or with its version such as tool@1.2.3',
};

/** Packages of example: `tool`, or `tool@1.2.3`. Items: `example:tool` → `*`, or the version. */
export const example = {
  name: 'example',
  schema: {
    'packages.example': list(text(entry), {
      description: 'Packages of example, each as name or name@version.',
      default: [],
      examples: [['tool', 'tool@1.2.3']],
    }),
  },
  declaration: packages.declaration,
  describe: packages.describe,
  inputs: () => [],
  items: packages.items,
  plan: (wanted, recorded, _environment, pins) => {
    const compared = compareItems(wanted, recorded);
    const gone = compared.removed[0];
    // Plan a step instead if the package manager can remove a package exactly.
    if (gone !== undefined) return { kind: 'rebuild', cause: `${nameOf(gone)} was removed from packages.example` };
    return packages.planInstall(compared, wanted, (ids) => {
      const specs = ids.map((id) => specOf(nameOf(id), wanted[id] ?? '*', pins));
      return [{ kind: 'exec', argv: ['example', 'install', '--', ...specs] }];
    });
  },
  // What an image has, with exact versions. The output is not to be trusted.
  probe: { argv: ['example', 'list', '--exact'], parse: parseInstalled },
  // How a bill of materials names what the probe found: a type of package URL.
  bill: billInstalled('generic'),
  pins: pinByName,
  // Hashes that the lock keeps beyond versions: see pip.ts.
  origins: 'none',
  // Index and proxies of the person's machine: see pip.ts.
  settings: 'none',
  // The group of a drift that is its own, with a title. A new group needs a name in PackageCause.
  causes: {},
  // How changed paths tell what a person installed by hand: see npm.ts.
  recognition: 'none',
  // What `devenv commit` proposes for devenv.yaml.
  advice: {},
  proposal: 'none',
  // Which versions there are, to name the nearest if one is gone: see apt.ts.
  sources: 'none',
  // Caches, and paths that no version keeps: see npm.ts.
  ...leavesNoTraces,
  personal: 'none',
  carry: 'files alone',
  // What a clean build writes differently, and which package a path belongs to.
  rebuild: withoutPackages.rebuild,
} satisfies Provider;

function specOf(name: string, value: string, pins: Pins): string {
  const version = packages.versionOf(value) ?? pinOf(pins, name);
  return packages.validateName(name) + (version === undefined ? '' : `@${packages.validateVersion(version)}`);
}

function parseInstalled(stdout: string): Pins {
  return Object.fromEntries(
    stdout
      .split('\n')
      .map((line) => line.split(' '))
      .flatMap(([name = '', version = '', ...rest]) =>
        rest.length === 0 && packages.isPackage(name, version) ? [[name, version]] : [],
      ),
  );
}
