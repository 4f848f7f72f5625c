import { ClosurePins } from '../closure-pins.ts';
import { noOwners, type Provider } from '../provider.ts';
import type { Pins } from '../pins.ts';
import { keepRecords } from '../keep-records.ts';
import type { PackageList } from '../package-list.ts';
import { programAction, programNotes, type ProgramKind, type ProgramMode } from './program-script.ts';
import { programSources } from './program-sources.ts';

/** The parts that lists of programs share which a tool builds from source into /usr/local/bin. `place`: of those that a drift tells. */
export function describePrograms(kind: ProgramKind, packages: PackageList, place: string) {
  const { key } = kind;
  const pins = new ClosurePins(packages, key, '', (asked, pinned) => asked === pinned);
  const list = ['cat', programNotes(key)];
  return {
    ...packages.parts,
    plan: (wanted, recorded, _environment, known) =>
      pins.planSteps(wanted, recorded, known, (mode: ProgramMode, words) => programAction(kind, mode, words)),
    probe: {
      argv: list,
      parse: (stdout): Pins =>
        Object.fromEntries(Object.entries(pins.parseNotes(stdout)).filter(([name]) => !name.endsWith('.sha256'))),
    },
    pins: pins.pin,
    origins: { probe: { argv: list, parse: pins.parseNotes }, trace: () => list },
    proposal: packages.propose(
      (where) => where === place,
      ({ item, version }) => {
        const entry = packages.declaration.print(item.name, version);
        return `it is in ${item.place ?? ''}; \`packages: {${key}: ["${entry}"]}\` installs it for every user`;
      },
    ),
    sources: programSources,
    personal: keepRecords([programNotes(key), `${programNotes(key)}.programs`]),
    records: [new RegExp(`^${programNotes(key)}(?:\\.programs)?$`)],
    rebuild: {
      generated: [new RegExp(`^${programNotes(key)}(?:\\.programs)?$`)],
      owners: noOwners,
    },
  } satisfies Partial<Provider>;
}
