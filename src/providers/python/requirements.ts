import type { Environment } from '../../model/environment.ts';
import { compareItems, nameOf, removalStep, stepFor } from '../compare-items.ts';
import { list, map, text, type Grammar } from '../fragment.ts';
import { noOwners, withoutPackages, type Provider } from '../provider.ts';
import { validateText } from '../validate-text.ts';
import { pipEntry } from './pip-entry.ts';
import { fileOf, installSet, parseSets, pinSets, printSet, type PythonSet } from './python-set.ts';
import { listSets, pythonAction } from './python-action.ts';
import { setNotes } from './python-notes.ts';

const place: Grammar = {
  pattern: '^(?:/[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}){2,10}$',
  expected: 'an absolute path of letters, digits and any of _ . -, such as /opt/docs',
};
const name = /^\/?[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}(?:\/[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}){0,10}$/;

/**
 * Requirement files for the whole system, and virtual environments. Items:
 * `requirements:FILE` or `requirements:/opt/docs` → entries, and hashes of files.
 * Pins: `FILE/flask` → version, `FILE/flask.sha256`, and `FILE/.of` → the value that they are for.
 */
export const requirements = {
  ...withoutPackages,
  name: 'requirements',
  schema: {
    venvs: map(place, list(text(pipEntry)), {
      description:
        'Python virtual environments, by path, each with its packages as in `packages.pip`: name, name==version, or "-r FILE" for a requirement file of the project. The base, or packages.apt, has to bring Python with python3-venv.',
      default: {},
      examples: [{ '/opt/docs': ['mkdocs', '-r docs/requirements.txt'] }],
    }),
  },
  declaration: {
    kind: 'by hand',
    set: (set, value) => `add ${set} again: ${value}`,
    unset: (set) => `remove ${set}`,
  },
  inputs: (environment) =>
    setsOf(environment).flatMap(({ entries }) => entries.flatMap((entry) => fileOf(entry) ?? [])),
  items: (environment, hashes) =>
    Object.fromEntries(setsOf(environment).map((set) => [`requirements:${set.name}`, printSet(set, hashes)])),
  plan: (wanted, recorded, environment, pins) => {
    const { due, removed } = compareItems(wanted, recorded);
    const gone = removed.map((id) => validateText(name, nameOf(id), 'requirement file'));
    const sets = setsOf(environment).filter((set) => due.includes(`requirements:${set.name}`));
    const causes = sets.map((set) =>
      causeOf(set, recorded[`requirements:${set.name}`], wanted[`requirements:${set.name}`]),
    );
    return [
      ...removalStep(
        'requirements',
        gone,
        gone.map((each) => pythonAction('remove', [], { name: each, place: placeOf(each) })),
      ),
      ...stepFor(
        sets.map((set) => set.name),
        {
          ...{ id: 'requirements', title: 'install', cause: [...new Set(causes)].join('; ') },
          actions: sets.flatMap((set) => installSet(set, wanted[`requirements:${set.name}`] ?? '', pins)),
        },
      ),
    ];
  },
  pins: (wanted, known) => pinSets(new Map(Object.entries(wanted).map(([id, value]) => [nameOf(id), value])), known),
  origins: { probe: { argv: listSets, parse: parseSets }, trace: () => listSets },
  records: [new RegExp(`^${setNotes}(?:/|$)`)],
  rebuild: { generated: [new RegExp(`^${setNotes}(?:/|$)`)], owners: noOwners },
} satisfies Provider;

const placeOf = (set: string): string => (set.startsWith('/') ? set : 'system');

/** Each requirement file of `packages.pip`, and each virtual environment. */
function setsOf({ packages, venvs }: Environment): readonly PythonSet[] {
  const files = (packages['pip'] ?? []).flatMap((entry) => {
    const file = fileOf(entry);
    return file === undefined ? [] : [{ name: file, place: 'system', entries: [entry] }];
  });
  return [
    ...files,
    ...Object.entries(venvs).map(([path, entries]) => {
      const valid = validateText(new RegExp(place.pattern), path, 'path of a virtual environment');
      return { name: valid, place: valid, entries };
    }),
  ];
}

/** `requirements.txt changed` if nothing else did. */
function causeOf({ entries }: PythonSet, before: string | undefined, after: string | undefined): string {
  if (before === undefined) return 'new in devenv.yaml';
  const others = (value = ''): string => value.replace(/(-r \S+) \S+/g, '$1');
  if (others(before) !== others(after)) return 'changed in devenv.yaml';
  const files = entries.flatMap((entry) => fileOf(entry) ?? []);
  return `${files.filter((file) => !before.includes(hashAt(after, file))).join(', ')} changed`;
}

const hashAt = (value = '', file: string): string => {
  const words = value.split(' ');
  return `${file} ${words[words.indexOf(file) + 1] ?? ''}`;
};
