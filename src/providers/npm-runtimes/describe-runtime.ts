import type { Action } from '../../model/plan.ts';
import { billInstalled } from '../billing.ts';
import type { Grammar } from '../fragment.ts';
import { pinFits } from '../pin-fits.ts';
import { pinAsKnown, pinOf, type Pins } from '../pins.ts';
import { withoutPackages, type Provider, type SchemaKey } from '../provider.ts';
import { causeOf, toolVersion } from '../tools/tool-version.ts';
import { validateText } from '../validate-text.ts';

interface NpmRuntime {
  /** `deno`: of the tool, its program and its item. */
  readonly name: string;
  /** `Deno`. */
  readonly title: string;
  readonly version: Grammar;
  /** Files of a project that may name the version. */
  readonly files: readonly [string, ...string[]];
  readonly examples: readonly string[];
  readonly clear: Action;
  /** `version`: validated. */
  readonly install: (version: string, pins: Pins) => readonly Action[];
  /** Its first group is the version in what `NAME --version` prints. */
  readonly printed: RegExp;
}

/**
 * A runtime whose version devenv.yaml declares, from its packages in the npm registry. One item, the name → the
 * request as written. Pins: of each package the version, and its integrity by architecture.
 */
export function describeRuntime({ name, title, version, files, examples, clear, install, printed }: NpmRuntime) {
  const validate = (text: string): string => validateText(new RegExp(version.pattern), text, `version of ${title}`);
  return {
    ...withoutPackages,
    name,
    schema: {
      [`tools.${name}` as SchemaKey]: toolVersion(version, files, {
        description: `The version of ${title}, from the npm registry, or the file that names it.`,
        default: null,
        examples,
      }),
    },
    declaration: { kind: 'key', path: () => ['tools', name], unset: 'remove' },
    describe: (value) => value,
    items: ({ tools }): Readonly<Record<string, string>> =>
      tools[name] === undefined ? {} : { [name]: validate(tools[name]) },
    plan: (wanted, recorded, { toolFiles }, pins) => {
      const [asked, before] = [wanted[name], recorded[name]];
      if (asked === before) return [];
      if (asked === undefined)
        return [{ id: name, title: `remove ${title}`, cause: 'no longer in devenv.yaml', actions: [clear] }];
      const cause = causeOf(before, toolFiles[name]);
      const actions = [clear, ...install(validate(asked), pins)];
      return [{ id: name, title: `install ${title} ${asked}`, cause, actions }];
    },
    probe: {
      argv: [name, '--version'],
      parse: (stdout): Readonly<Record<string, string>> => {
        const found = printed.exec(stdout)?.[1];
        return found === undefined ? {} : { [name]: found };
      },
    },
    bill: billInstalled('generic'),
    pins: pinAsKnown,
  } satisfies Partial<Provider>;
}

/** The lock's pins of one package, if they fit the request. */
export function pinsOf(name: string, range: string, pins: Pins): Pins {
  const pin = pinOf(pins, name);
  if (pin === undefined || !/^\d+\.\d+\.\d+$/.test(pin) || !pinFits(range, pin)) return {};
  const own = Object.entries(pins).filter(([key]) => key === name || key.startsWith(`${name}.integrity`));
  return Object.fromEntries(own);
}
