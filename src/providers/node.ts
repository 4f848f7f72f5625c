import type { PathChange } from '../model/container.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Grammar } from './fragment.ts';
import type { Action } from '../model/plan.ts';
import type { FoundTool, Tool } from './ecosystem.ts';
import { pinFits } from './pin-fits.ts';
import { pinAsKnown, pinOf } from './pins.ts';
import { withoutPackages, type Pins, type Provider } from './provider.ts';
import { readVersionText } from './tools/read-version-text.ts';
import { causeOf, toolVersion } from './tools/tool-version.ts';
import { validateText } from './validate-text.ts';

const request = /^(lts|latest|\d+(\.\d+){0,2})$/;
const versionGrammar: Grammar = {
  pattern: '^(?:lts|latest|(?:0|[1-9][0-9]{0,4})(?:\\.[0-9]{1,5}){0,2})$',
  expected: 'a version such as 24, 24.1 or 24.1.0, or lts, or latest',
};

const program = '/usr/local/bin/node';
const versionFile = '/usr/local/include/node/node_version.h';

/** All paths of a Node.js under /usr/local, without global packages. */
const owned = [
  '/usr/local/bin/corepack',
  '/usr/local/bin/node',
  '/usr/local/bin/npm',
  '/usr/local/bin/npx',
  '/usr/local/include/node',
  '/usr/local/lib/node_modules/corepack',
  '/usr/local/lib/node_modules/npm',
  '/usr/local/share/doc/node',
  '/usr/local/share/man/man1/node.1',
  '/usr/local/share/systemtap/tapset/node.stp',
];

/**
 * The Node.js runtime, from its packages in the npm registry. One item,
 * `node` → the request as written. Pins: `node`, `node.integrity.ARCH`, `npm`,
 * `npm.integrity`.
 */
export const node = {
  ...withoutPackages,
  name: 'node',
  schema: {
    'tools.node': toolVersion(
      versionGrammar,
      ['.nvmrc', '.node-version', '.tool-versions', 'mise.toml', 'package.json'],
      {
        description: 'The version of Node.js, from the npm registry, or the file that names it.',
        default: null,
        examples: ['24', 'lts', '24.1.0'],
      },
    ),
  },
  declaration: { kind: 'key', path: () => ['tools', 'node'], unset: 'remove' },
  describe: (value) => value,
  inputs: () => [],
  items: ({ tools }) =>
    tools['node'] === undefined ? {} : { node: validateText(request, tools['node'], 'version of Node.js') },
  plan: (wanted, recorded, { toolFiles }, pins) => {
    const asked = wanted['node'];
    const before = recorded['node'];
    if (asked === before) return [];
    if (asked === undefined) {
      return [{ id: 'node', title: 'remove Node.js', cause: 'no longer in devenv.yaml', actions: [clear] }];
    }
    return [
      {
        id: 'node',
        title: `install Node.js ${asked}`,
        cause: causeOf(before, toolFiles['node']),
        actions: [clear, ...install(validateText(request, asked, 'version of Node.js'), pins)],
      },
    ];
  },
  probe: { argv: ['node', '--version'], parse: parseVersion },
  pins: pinAsKnown,
  recognition: {
    patterns: [],
    evidence: (path) => (path === program ? [versionFile] : []),
    index: indexLocal,
    isIndexed: (path) => path === program,
  },
} satisfies Provider;

/** The paths of a Node.js that was unpacked by hand, with its npm and corepack. */
const localFiles =
  /^\/usr\/local\/(?:bin\/(?:node|npm|npx|corepack)$|include\/node(?:\/|$)|lib\/node_modules\/(?:npm|corepack)(?:\/|$)|share\/(?:man\/man1\/node\.1|doc\/node|systemtap\/tapset\/node\.stp)|(?:CHANGELOG|LICENSE|README)(?:\.md)?$)/;

/** Node.js in /usr/local, if the program itself changed. */
function indexLocal(
  changes: Iterable<PathChange>,
  before: Evidence,
  after: Evidence,
): (path: string) => FoundTool | undefined {
  const isIn = (wanted: string): boolean => {
    for (const { path } of changes) if (path === wanted) return true;
    return false;
  };
  if (!isIn(program)) return () => undefined;
  const tool: Tool = { cause: 'runtime', name: 'node', place: '/usr/local', versionFile };
  const [is, was] = [after, before].map(({ files }) => readVersionText(files.get(versionFile)));
  const found: FoundTool = {
    tool,
    ...(is !== undefined && { version: is }),
    ...(was !== undefined && { before: was }),
  };
  return (path) => (localFiles.test(path) ? found : undefined);
}

const clear: Action = { kind: 'exec', argv: ['rm', '-rf', '--', ...owned] };

function install(version: string, pins: Pins): readonly Action[] {
  const npm = npmFor(version);
  return [
    {
      kind: 'unpack',
      package: 'node-linux-{arch}',
      name: 'node',
      range: version,
      pins: pinsOf('node', version, pins),
      to: '/usr/local',
      paths: ['bin', 'include', 'share'],
    },
    {
      kind: 'unpack',
      package: 'npm',
      name: 'npm',
      range: npm,
      pins: pinsOf('npm', npm, pins),
      to: '/usr/local/lib/node_modules/npm',
      paths: [],
    },
    { kind: 'exec', argv: ['ln', '-sfn', '../lib/node_modules/npm/bin/npm-cli.js', '/usr/local/bin/npm'] },
    { kind: 'exec', argv: ['ln', '-sfn', '../lib/node_modules/npm/bin/npx-cli.js', '/usr/local/bin/npx'] },
    // Fails here, not at the first use, if the runtime does not start on this base.
    { kind: 'exec', argv: ['/usr/local/bin/node', '/usr/local/bin/npm', '--version'] },
  ];
}

/** The newest major version of npm for a Node.js, by the `engines` of its releases. */
function npmFor(version: string): string {
  if (!/^\d/.test(version)) return '11';
  const [major = 0, minor = Infinity] = version.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 9) || (major === 20 && minor >= 17)) return '11';
  if (major > 20 || (major === 20 && minor >= 5) || (major === 18 && minor >= 17)) return '10';
  return '9';
}

/** The lock's pins of one package, if they fit the request. */
function pinsOf(name: string, range: string, pins: Pins): Pins {
  const pin = pinOf(pins, name);
  if (pin === undefined || !/^\d+\.\d+\.\d+$/.test(pin) || !pinFits(range, pin)) return {};
  return Object.fromEntries(
    Object.entries(pins).filter(([key]) => key === name || key.startsWith(`${name}.integrity`)),
  );
}

function parseVersion(stdout: string): Readonly<Record<string, string>> {
  const version = /^v(\d{1,4}\.\d{1,4}\.\d{1,4})\s*$/.exec(stdout)?.[1];
  return version === undefined ? {} : { node: version };
}
