import { asMap, isMap, parseJson } from '../../../model/json.ts';
import { add, set, type Entry } from '../proposal.ts';
import type { ProjectFiles } from '../observe-project.ts';
import { installHooks, versionOf } from './version-of.ts';

/** Lock files, with what installs from them. The first one that is there counts. */
const managers = [
  { lock: 'pnpm-lock.yaml', name: 'pnpm', install: 'pnpm install --frozen-lockfile' },
  { lock: 'yarn.lock', name: 'yarn', install: 'yarn install --frozen-lockfile' },
  { lock: 'bun.lock', name: 'bun', install: 'bun install --frozen-lockfile' },
  { lock: 'bun.lockb', name: 'bun', install: 'bun install --frozen-lockfile' },
  { lock: 'package-lock.json', name: 'npm', install: 'npm ci' },
  { lock: 'npm-shrinkwrap.json', name: 'npm', install: 'npm ci' },
] as const;

const taskNames = ['dev', 'start', 'build', 'test', 'lint'];

/** Node.js, Deno and Bun: versions, package managers, what `npm ci` and its like install, and scripts as tasks. */
export function detectNode(files: ProjectFiles): readonly Entry[] {
  const deno = files.has('deno.json') || files.has('deno.jsonc') ? [versionOf(files, 'deno') ?? denoEntry(files)] : [];
  const text = files.text('package.json');
  if (text === undefined) return deno;
  const manifest = asMap(parseJson(text));
  const { packageManager, scripts, workspaces } = manifest;
  const [, asked, version] = /^(npm|pnpm|yarn|bun)@(\d[\w.-]*)/.exec(asText(packageManager)) ?? [];
  const found = managers.find(({ lock, name }) => (asked === undefined || name === asked) && files.has(lock));
  const manager = found?.name ?? asked ?? 'npm';
  const where = asked === undefined ? (found?.lock ?? 'package.json') : 'package.json (packageManager)';
  const isBerry = manager === 'yarn' && Number(version?.split('.')[0] ?? 1) > 1;
  const install = isBerry ? 'yarn install --immutable' : (found?.install ?? `${manager} install`);
  const about = asText(workspaces) === '' && workspaces !== undefined ? ', for all workspaces' : '';
  return [
    ...deno,
    versionOf(files, 'node', '.nvmrc', '.node-version', 'package.json') ??
      set('package.json, which names no version', 'tools.node', 'lts'),
    ...provide(manager, version, where),
    ...installHooks(
      `${found?.lock ?? 'package.json'}${about}`,
      'node',
      install,
      found === undefined ? [] : [found.lock],
    ),
    ...taskNames
      .filter((name) => isMap(scripts) && typeof scripts[name] === 'string' && !isEmptyTest(scripts[name]))
      .map((name) => set('package.json (scripts)', `tasks.${name}`, `${manager} run ${name}`)),
  ];
}

/** What installs the package manager itself; npm comes with Node.js. */
function provide(manager: string, version: string | undefined, from: string): readonly Entry[] {
  if (manager === 'npm') return [];
  if (manager === 'bun') return [set(from, 'tools.bun', version ?? 'latest')];
  const isBerry = manager === 'yarn' && Number(version?.split('.')[0] ?? 1) > 1;
  const name = isBerry ? '@yarnpkg/cli-dist' : manager;
  return [add(from, 'packages.npm', version === undefined ? name : `${name}@${version}`)];
}

const denoEntry = (files: ProjectFiles): Entry =>
  set(files.has('deno.json') ? 'deno.json' : 'deno.jsonc', 'tools.deno', 'latest');

/** The script that `npm init` writes. */
const isEmptyTest = (script: unknown): boolean => asText(script).includes('no test specified');

const asText = (value: unknown): string => (typeof value === 'string' ? value : '');
