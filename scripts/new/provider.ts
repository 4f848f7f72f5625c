import type { Items } from '../../src/model/item.ts';
import type { Step } from '../../src/model/plan.ts';
import { compareItems, nameOf } from '../../src/providers/compare-items.ts';
import { noCaches } from '../../src/providers/ecosystem.ts';
import { list, text, type Grammar } from '../../src/providers/fragment.ts';
import { pinByName, pinOf } from '../../src/providers/pins.ts';
import { ownsNothing, type Pins, type Provider } from '../../src/providers/provider.ts';
import { validateText } from '../../src/providers/validate-text.ts';

const packageName = /^[a-z0-9][a-z0-9._-]*$/;
const packageVersion = /^[0-9][0-9A-Za-z.+-]*$/;

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
  declaration: { kind: 'list', parse: parseEntry, print: (name, value) => (value === '*' ? name : `${name}@${value}`) },
  describe: (value) => (value === '*' ? '' : value),
  inputs: () => [],
  items: ({ packages }) =>
    Object.fromEntries(
      (packages['example'] ?? []).map((spec) => {
        const { name, value } = parseEntry(spec);
        return [`example:${validateName(name)}`, value === '*' ? value : validateVersion(value)];
      }),
    ),
  plan: (wanted, recorded, _environment, pins) => {
    const { added, changed, removed } = compareItems(wanted, recorded);
    const gone = removed[0];
    // Plan a step instead if the package manager can remove a package exactly.
    if (gone !== undefined) return { kind: 'rebuild', cause: `${nameOf(gone)} was removed from packages.example` };
    return planInstall([...added, ...changed].sort(), wanted, pins);
  },
  // What an image has, with exact versions. The output is not to be trusted.
  probe: { argv: ['example', 'list', '--exact'], parse: parseInstalled },
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
  proposal: 'none',
  // Which versions there are, to name the nearest if one is gone: see apt.ts.
  sources: 'none',
  caches: noCaches,
  excludes: [],
  records: [],
  personal: 'none',
  carry: 'files alone',
  // What a clean build writes differently, and which package a path belongs to.
  rebuild: ownsNothing,
} satisfies Provider;

const validateName = (name: string): string => validateText(packageName, name, 'name of a package of example');
const validateVersion = (version: string): string =>
  validateText(packageVersion, version, 'version of a package of example');

function parseEntry(spec: string): { readonly name: string; readonly value: string } {
  const at = spec.indexOf('@');
  return at === -1 ? { name: spec, value: '*' } : { name: spec.slice(0, at), value: spec.slice(at + 1) };
}

function planInstall(ids: readonly string[], wanted: Items, pins: Pins): readonly Step[] {
  if (ids.length === 0) return [];
  const specs = ids.map((id) => {
    const name = validateName(nameOf(id));
    const version = wanted[id] === '*' ? pinOf(pins, name) : wanted[id];
    return version === undefined ? name : `${name}@${validateVersion(version)}`;
  });
  return [
    {
      id: 'example',
      title: `install ${ids.map(nameOf).join(', ')}`,
      cause: 'new or changed in devenv.yaml',
      actions: [{ kind: 'exec', argv: ['example', 'install', '--', ...specs] }],
    },
  ];
}

function parseInstalled(stdout: string): Pins {
  return Object.fromEntries(
    stdout
      .split('\n')
      .map((line) => line.split(' '))
      .flatMap(([name = '', version = '', ...rest]) =>
        rest.length === 0 && packageName.test(name) && packageVersion.test(version) ? [[name, version]] : [],
      ),
  );
}
