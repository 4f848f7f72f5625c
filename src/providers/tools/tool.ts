import type { Environment } from '../../model/environment.ts';
import type { Action } from '../../model/plan.ts';
import { billInstalled } from '../billing.ts';
import { compareItems, nameOf, removalStep, stepFor } from '../compare-items.ts';
import { findNearestVersion } from '../find-nearest-version.ts';
import { parseMissing } from '../programs/program-sources.ts';
import type { Grammar } from '../fragment.ts';
import { pinOf, type Pins } from '../pins.ts';
import { withoutPackages, type Provider } from '../provider.ts';
import { validateText } from '../validate-text.ts';
import { parseToolLock, printToolLock } from './tool-lock.ts';
import { miseFolder, toolFolder, toolNotes, toolScript } from './tool-script.ts';
import { toolSettings } from './tool-settings.ts';
import { causeOf, toolVersion } from './tool-version.ts';

const name = /^[a-z][a-z0-9-]{0,62}$/;
const versionGrammar: Grammar = {
  pattern: '^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$',
  expected: 'a version such as 3.12, 3.12.1 or temurin-21, or latest',
};
const version = new RegExp(versionGrammar.pattern);

/** From the npm registry: these are providers of their own. */
const others = new Set(['node', 'deno', 'bun']);

const cache = '/var/cache/devenv/mise';
const listNotes = [
  'sh',
  '-c',
  `for each in ${toolNotes}/*.lock; do echo "@$each"; cat "$each"; done 2>/dev/null; exit 0`,
];

/** Runtimes and tools by version, which mise installs. Items: `tool:python` → the request as written. Pins: see parseToolLock; of mise, as of `node`. */
export const tool = {
  ...withoutPackages,
  name: 'tool',
  schema: {
    'tools.*': toolVersion(
      versionGrammar,
      [
        ...(['.tool-versions', 'mise.toml', '.python-version', '.ruby-version', '.java-version'] as const),
        ...['.go-version', 'go.mod', 'rust-toolchain.toml'],
      ],
      {
        description:
          'The version of any other tool that mise knows, such as python, go, java, ruby, rust or terraform, or the file that names it.',
        default: null,
        examples: ['3.12', 'temurin-21', 'latest'],
      },
    ),
  },
  declaration: { kind: 'key', path: (tool) => ['tools', tool], unset: 'remove' },
  describe: (value) => value,
  items: ({ tools }) =>
    Object.fromEntries(
      Object.entries(tools)
        .filter(([each]) => !others.has(each))
        .map(([each, asked]) => [`tool:${validateName(each)}`, validateVersion(asked)]),
    ),
  plan: (wanted, recorded, environment, pins) => {
    const { due: ids, changed, removed } = compareItems(wanted, recorded);
    const gone = removed.map((id) => validateName(nameOf(id)));
    const due = ids.map(nameOf);
    const bound = [...changed, ...removed].map(nameOf).find((each) => hasPackages(environment, each));
    if (bound !== undefined)
      return { kind: 'rebuild', cause: `${bound} changed, and its packages belong to one version` };
    const causes = due.map((each) => {
      const cause = causeOf(recorded[`tool:${each}`], environment.toolFiles[each]);
      return due.length === 1 ? cause : `${each}: ${cause}`;
    });
    return [
      ...removalStep('tool', gone, [{ kind: 'exec', argv: [...script, 'remove', ...gone] }]),
      ...stepFor(
        due.map((each) => `${each} ${wanted[`tool:${each}`] ?? ''}`),
        {
          ...{ id: 'tool', title: 'install', cause: [...new Set(causes)].join('; ') },
          actions: [unpackMise(pins), ...due.map((each) => install(each, wanted[`tool:${each}`] ?? '', pins))],
        },
      ),
    ];
  },
  probe: { argv: listNotes, parse: (stdout) => versionsOf(parseNotes(stdout)) },
  bill: billInstalled('generic'),
  pins: (wanted, known, installed) => {
    const names = Object.keys(wanted).map(nameOf);
    const kept = Object.entries(known).filter(([key]) => {
      const owner = key.split('.', 1)[0] ?? '';
      if (owner === 'mise') return names.length > 0;
      return names.includes(owner) && [undefined, pinOf(known, owner)].includes(pinOf(installed, owner));
    });
    const found = Object.entries(installed).filter(([each]) => names.includes(each));
    return Object.fromEntries([...kept, ...found].sort(([a], [b]) => (a < b ? -1 : 1)));
  },
  origins: { probe: { argv: listNotes, parse: parseNotes }, trace: () => listNotes },
  settings: toolSettings,
  sources: { missing: parseMissing, mismatched: parseMismatched, nearest: findNearestVersion },
  caches: { volumes: [{ name: 'devenv-cache-mise', target: cache, inWorkspaces: false }], variables: () => [] },
  rebuild: {
    generated: [/^\/var\/lib\/devenv(?:\/|$)/],
    owners: { kind: 'by path', find: (path) => ownPath.exec(path)?.[1] },
  },
} satisfies Provider;

const script = ['sh', '-c', toolScript, 'devenv'] as const;
const ownPath = new RegExp(`^${toolFolder}/installs/([^/]+)/`);

const validateName = (text: string): string => validateText(name, text, 'name of a tool');
const validateVersion = (text: string): string => validateText(version, text, 'version of a tool');

/** Whether packages of devenv.yaml are installed for one version of a tool. */
const hasPackages = ({ packages }: Environment, tool: string): boolean =>
  tool === 'python' && (packages['pip'] ?? []).length > 0;

function unpackMise(pins: Pins): Action {
  const own = Object.entries(pins).filter(([key]) => key === 'mise' || key.startsWith('mise.integrity.'));
  return {
    ...{ kind: 'unpack', package: '@jdxcode/mise-linux-{arch}', name: 'mise', range: 'latest' },
    ...{ pins: Object.fromEntries(own), to: miseFolder, paths: ['bin/mise'] },
  };
}

function install(each: string, asked: string, pins: Pins): Action {
  const pin = pinOf(pins, each);
  const isPinned = pin !== undefined && version.test(pin) && fits(validateVersion(asked), pin);
  const argv = [...script, 'install', validateName(each), isPinned ? pin : asked];
  const lock = isPinned ? printToolLock(each, pins) : '';
  return { kind: 'exec', argv, ...(lock !== '' && { env: { DEVENV_TOOL_LOCK: lock } }), settings: 'tool' };
}

/** `3.12` asks for 3.12.1, `temurin-21` for temurin-21.0.2+13; a word such as `latest` for any. */
const fits = (asked: string, pin: string): boolean =>
  /^(?:latest|lts|stable)$/.test(asked) ||
  pin === asked ||
  (pin.startsWith(asked) && /[.+-]/.test(pin.charAt(asked.length)));

function parseNotes(stdout: string): Pins {
  const pins: Record<string, string> = {};
  for (const part of stdout.split(/^@(?=\/)/m)) {
    const found = new RegExp(`^${toolNotes}/([a-z][a-z0-9-]{0,62})\\.lock\n`).exec(part)?.[1];
    if (found !== undefined) Object.assign(pins, parseToolLock(found, part));
  }
  return pins;
}

const versionsOf = (pins: Pins): Pins => Object.fromEntries(Object.entries(pins).filter(([key]) => !key.includes('.')));

/** mise names the tool in the line of the mismatch, or in the next one. */
function parseMismatched(output: readonly string[]): readonly string[] {
  if (!output.some((line) => line.includes('Checksum mismatch for file'))) return [];
  const found = output.flatMap((line) => /lockfile entry for (\S+)@(\S+) on /.exec(line)?.slice(1, 3).join(' ') ?? []);
  return found.length === 0 ? ['a tool'] : [...new Set(found)];
}
