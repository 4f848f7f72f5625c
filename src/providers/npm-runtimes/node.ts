import type { PathChange } from '../../model/container.ts';
import type { Evidence } from '../../model/evidence.ts';
import type { Action } from '../../model/plan.ts';
import type { FoundTool, Tool } from '../ecosystem.ts';
import type { Provider } from '../provider.ts';
import type { Pins } from '../pins.ts';
import { describeRuntime, pinsOf } from './describe-runtime.ts';
import { readVersionText } from '../tools/read-version-text.ts';

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

/** The Node.js runtime with npm. */
export const node = {
  ...describeRuntime({
    ...{ name: 'node', title: 'Node.js', examples: ['24', 'lts', '24.1.0'] },
    version: {
      pattern: '^(?:lts|latest|(?:0|[1-9][0-9]{0,4})(?:\\.[0-9]{1,5}){0,2})$',
      expected: 'a version such as 24, 24.1 or 24.1.0, or lts, or latest',
    },
    files: ['.nvmrc', '.node-version', '.tool-versions', 'mise.toml', 'package.json'],
    clear: { kind: 'exec', argv: ['rm', '-rf', '--', ...owned] },
    install,
    printed: /^v(\d{1,4}\.\d{1,4}\.\d{1,4})\s*$/,
  }),
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
