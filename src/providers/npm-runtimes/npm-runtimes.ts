import type { Action } from '../../model/plan.ts';
import type { Grammar } from '../fragment.ts';
import { pinFits } from '../pin-fits.ts';
import { pinAsKnown, pinOf } from '../pins.ts';
import { withoutPackages, type Pins, type Provider, type SchemaKey } from '../provider.ts';
import { causeOf, toolVersion } from '../tools/tool-version.ts';
import { validateText } from '../validate-text.ts';

interface NpmRuntime {
  /** `deno`: of the tool, its program and its item. */
  readonly name: string;
  /** `Deno`. */
  readonly title: string;
  /** In the npm registry; `{arch}` and `{cpu}` as in `unpack`. */
  readonly package: string;
  /** The program in the package: `NAME` or `bin/NAME`. */
  readonly program: string;
  readonly example: string;
}

const request = /^(latest|\d+(\.\d+){0,2})$/;
const versionGrammar: Grammar = {
  pattern: '^(?:latest|(?:0|[1-9][0-9]{0,4})(?:\\.[0-9]{1,5}){0,2})$',
  expected: 'a version such as 2, 2.1 or 2.1.0, or latest',
};

/** Runtimes that are one program in one package of the npm registry. Pins: the version, and its integrity by architecture. */
export const npmRuntimes: readonly Provider[] = [
  { name: 'deno', title: 'Deno', package: '@deno/linux-{arch}-glibc', program: 'deno', example: '2' },
  { name: 'bun', title: 'Bun', package: '@oven/bun-linux-{cpu}', program: 'bin/bun', example: '1' },
].map(describeRuntime);

function describeRuntime({ name, title, package: source, program, example }: NpmRuntime): Provider {
  const target = `/usr/local/bin/${name}`;
  const clear: Action = { kind: 'exec', argv: ['rm', '-f', '--', target] };
  return {
    ...withoutPackages,
    name,
    schema: {
      [`tools.${name}` as SchemaKey]: toolVersion(versionGrammar, ['.tool-versions', 'mise.toml'], {
        description: `The version of ${title}, from the npm registry, or the file that names it.`,
        default: null,
        examples: [example, 'latest'],
      }),
    },
    declaration: { kind: 'key', path: () => ['tools', name], unset: 'remove' },
    describe: (value) => value,
    inputs: () => [],
    items: ({ tools }): Readonly<Record<string, string>> =>
      tools[name] === undefined ? {} : { [name]: validateText(request, tools[name], `version of ${title}`) },
    plan: (wanted, recorded, { toolFiles }, pins) => {
      const [asked, before] = [wanted[name], recorded[name]];
      if (asked === before) return [];
      if (asked === undefined)
        return [{ id: name, title: `remove ${title}`, cause: 'no longer in devenv.yaml', actions: [clear] }];
      return [
        {
          id: name,
          title: `install ${title} ${asked}`,
          cause: causeOf(before, toolFiles[name]),
          actions: [
            clear,
            {
              ...{ kind: 'unpack', package: source, name, range: validateText(request, asked, `version of ${title}`) },
              ...{
                pins: pinsOf(name, asked, pins),
                to: program.includes('/') ? '/usr/local' : '/usr/local/bin',
                paths: [program],
              },
            },
            { kind: 'exec', argv: [target, '--version'] },
          ],
        },
      ];
    },
    probe: {
      argv: [name, '--version'],
      parse: (stdout): Readonly<Record<string, string>> => {
        const version = /^(?:[a-z]+ )?(\d{1,4}\.\d{1,4}\.\d{1,4})(?=\s|$)/.exec(stdout)?.[1];
        return version === undefined ? {} : { [name]: version };
      },
    },
    pins: pinAsKnown,
    rebuild: { generated: [], owners: { kind: 'by path', find: () => undefined } },
  };
}

/** The lock's pins, if they fit the request. */
function pinsOf(name: string, range: string, pins: Pins): Pins {
  const pin = pinOf(pins, name);
  return pin !== undefined && /^\d+\.\d+\.\d+$/.test(pin) && pinFits(range, pin) ? pins : {};
}
