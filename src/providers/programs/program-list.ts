import { ClosurePins } from '../closure-pins.ts';
import type { Declared, FoundPackage, Pins, PinStyle, Provider } from '../provider.ts';
import { withoutPackages } from '../provider.ts';
import { keepRecords } from '../keep-records.ts';
import { installedIn, type PackageList } from '../package-list.ts';
import { programAction, programNotes, type ProgramKind, type ProgramMode } from './program-script.ts';
import { programSources } from './program-sources.ts';

/** The parts that lists of programs share which a tool builds from source into /usr/local/bin. `place`: of those that a drift tells. */
export function describePrograms(kind: ProgramKind, packages: PackageList, place: string) {
  const { key } = kind;
  const pins = new ClosurePins(packages, key, '', (asked, pinned) => asked === pinned);
  const list = ['cat', programNotes(key)];
  return {
    ...withoutPackages,
    name: key,
    declaration: packages.declaration,
    describe: packages.describe,
    inputs: () => [],
    items: packages.items,
    plan: (wanted, recorded, _environment, known) =>
      pins.planSteps(wanted, recorded, known, (mode: ProgramMode, words) => programAction(kind, mode, words)),
    probe: {
      argv: list,
      parse: (stdout): Pins =>
        Object.fromEntries(Object.entries(pins.parseNotes(stdout)).filter(([name]) => !name.endsWith('.sha256'))),
    },
    pins: pins.pin,
    origins: { probe: { argv: list, parse: pins.parseNotes }, trace: () => list },
    proposal: {
      declare: (found: FoundPackage, pin: PinStyle): Declared => {
        const { name, place: where = '' } = found.item;
        if (where === place) return packages.declare(found, pin);
        const entry = packages.declaration.print(name, found.version);
        const reason = `it is in ${where}; \`packages: {${key}: ["${entry}"]}\` installs it for every user`;
        return { kind: 'opaque', reason };
      },
      isPulledIn: () => false,
      installed: (items) => installedIn(items, (where) => where === place),
      requests: 'none',
    },
    sources: programSources,
    personal: keepRecords([programNotes(key), `${programNotes(key)}.programs`]),
    records: [new RegExp(`^${programNotes(key)}(?:\\.programs)?$`)],
    rebuild: {
      generated: [new RegExp(`^${programNotes(key)}(?:\\.programs)?$`)],
      owners: { kind: 'by path', find: () => undefined },
    },
  } satisfies Partial<Provider>;
}
