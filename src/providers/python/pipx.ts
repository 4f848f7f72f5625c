import type { PathChange } from '../../model/container.ts';
import type { Evidence } from '../../model/evidence.ts';
import { compareItems, nameOf } from '../compare-items.ts';
import type { FoundTool } from '../ecosystem.ts';
import { list, text } from '../fragment.ts';
import { keepRecords } from '../keep-records.ts';
import { PackageList } from '../package-list.ts';
import { pinOf } from '../pins.ts';
import type { Provider } from '../provider.ts';
import { pythonPackage } from './pip-entry.ts';
import { installSet, parseSets, pinSets, type PythonSet } from './python-set.ts';
import { normalisePythonName } from './python-packages.ts';
import { listSets, pythonAction } from './python-action.ts';
import { setNotes } from './python-notes.ts';

const packages = new PackageList({
  ...{ key: 'pipx', noun: 'a Python package', separator: '==', any: '*', prefix: '==', normalise: normalisePythonName },
  name: /^[a-z0-9]+(?:-[a-z0-9]+)*$/,
  version: /^(?:[0-9]+!)?[0-9][0-9A-Za-z.+_-]*$/,
});

/** Where pipx keeps programs for all users. */
const folder = '/opt/pipx';
const venvPath =
  /^(?<place>\/(?:opt\/pipx|(?:root|home\/[^/]+)\/\.local\/(?:share\/)?pipx))\/venvs\/(?<name>[A-Za-z0-9._-]+)(?:\/|$)/;

/** Programs of Python packages, each in a virtual environment where pipx has it. Items: `pipx:black` → `*` or `==version`. Pins: as of requirements. */
export const pipx = {
  ...packages.parts,
  schema: {
    'packages.pipx': list(text(pythonPackage), {
      description:
        'Programs of Python packages, each as name or name==version, in a virtual environment below /opt/pipx and with links in /usr/local/bin. The base, or packages.apt, has to bring Python with python3-venv.',
      default: [],
      examples: [['black==24.1.0', 'poetry']],
    }),
  },
  plan: (wanted, recorded, _environment, pins) => {
    const compared = compareItems(wanted, recorded);
    const gone = compared.removed.map(nameOf).map(packages.validateName);
    return [
      ...packages.planRemoval(
        gone,
        gone.map((name) => pythonAction('remove', [], setOf(name, '*'))),
      ),
      ...packages.planInstall(compared, wanted, (ids) =>
        ids.flatMap((id) => {
          const value = wanted[id] ?? '*';
          return installSet(setOf(nameOf(id), value), value, pins);
        }),
      ),
    ];
  },
  probe: {
    argv: listSets,
    parse: (stdout) => {
      const found = parseSets(stdout);
      return Object.fromEntries(
        Object.entries(found).flatMap(([key, version]) => {
          const [, name] = /^([a-z0-9-]+)\/\1$/.exec(key) ?? [];
          return name === undefined ? [] : [[name, version]];
        }),
      );
    },
  },
  pins: (wanted, known, installed) => {
    const values = new Map(Object.entries(wanted).map(([id, value]) => [nameOf(id), value]));
    const versions = [...values.keys()].flatMap((name): [string, string][] => {
      const version = pinOf(installed, name) ?? pinOf(known, `${name}/${name}`);
      return version === undefined ? [] : [[name, version]];
    });
    return { ...Object.fromEntries(versions), ...pinSets(values, known) };
  },
  origins: { probe: { argv: listSets, parse: parseSets }, trace: () => listSets },
  causes: { pipx: 'programs of Python packages' },
  recognition: {
    patterns: [],
    evidence: (path) => {
      const { place, name } = venvPath.exec(path)?.groups ?? {};
      return place === undefined || name === undefined ? [] : [`${place}/venvs/${name}/pipx_metadata.json`];
    },
    index: indexVenvs,
    isIndexed: () => false,
  },
  proposal: packages.propose(
    (place) => place === folder,
    ({ item, version }) =>
      `it is in ${item.place ?? 'a home folder'}; \`packages: {pipx: [${item.name}==${version}]}\` installs it for every user`,
  ),
  personal: keepRecords([setNotes]),
  records: [new RegExp(`^${setNotes}(?:/|$)`)],
  rebuild: {
    generated: [/^\/opt\/pipx\/.*(?:\/__pycache__(?:\/|$)|\.dist-info\/(?:INSTALLER|RECORD|REQUESTED)$)/],
    owners: { kind: 'by path', find: (path) => venvPath.exec(path)?.groups?.['name'] },
  },
} satisfies Provider;

const setOf = (name: string, value: string): PythonSet => ({
  ...{ name: packages.validateName(name), place: `${folder}/venvs/${name}`, app: name },
  entries: [packages.declaration.print(name, value)],
});

/** Every path of a virtual environment belongs to its program: also what Python itself would tell of its packages. */
function indexVenvs(
  _changes: Iterable<PathChange>,
  before: Evidence,
  after: Evidence,
): (path: string) => FoundTool | undefined {
  return (path) => {
    const { place, name } = venvPath.exec(path)?.groups ?? {};
    if (place === undefined || name === undefined) return undefined;
    const [is, was] = [after, before].map(({ files }) =>
      versionIn(files.get(`${place}/venvs/${name}/pipx_metadata.json`)),
    );
    const tool = { cause: 'pipx', name: normalisePythonName(name), place } as const;
    return { tool, ...(is !== undefined && { version: is }), ...(was !== undefined && { before: was }) };
  };
}

function versionIn(text: string | undefined): string | undefined {
  const version = /"package_version": *"([^"\\]{1,64})"/.exec(/"main_package":[^]*/.exec(text ?? '')?.[0] ?? '')?.[1];
  return version !== undefined && packages.isPackage('x', version) ? version : undefined;
}
