import { detectCi } from './detect/ci.ts';
import { detectGo, detectJava, detectRust } from './detect/compiled.ts';
import { detectBuiltServices, detectCompose } from './detect/compose.ts';
import { detectDockerfile, detectEnvExample, detectReadme, developmentDockerfiles } from './detect/dockerfile.ts';
import { detectNode } from './detect/node.ts';
import { detectPytest, detectPython } from './detect/python.ts';
import { detectPhp, detectRuby, detectMake } from './detect/scripted.ts';
import { asMap } from '../../model/json.ts';
import { readToolFile } from '../../providers/tools/read-tool-file.ts';
import type { ProjectFiles } from './observe-project.ts';
import { add, keepFirst, set, type Entry, type Proposal } from './proposal.ts';

/** In the order in which they count. */
const detectors = [
  ...[detectNode, detectPython, detectGo, detectRust, detectRuby, detectPhp, detectJava, detectMake],
  detectPytest,
  ...[detectCompose, detectEnvExample, detectDockerfile, detectCi, detectReadme],
];

/**
 * Ways to write devenv.yaml for a project, the best one first; empty if nothing
 * is known of it. `base`: an image that the person named.
 */
export function propose(files: ProjectFiles, base: string | undefined): readonly Proposal[] {
  const detected = preferNamed(detectors.flatMap((detect) => detect(files)));
  const dockerfile = developmentDockerfiles.find((path) => files.text(path) !== undefined);
  const saysNothing =
    dockerfile === undefined && detected.every(({ path: [key = ''] }) => !['tools', 'packages'].includes(key));
  const found = [...(saysNothing ? detectBuiltServices(files) : []), ...detected];
  const assembled: Proposal = {
    title: base ?? 'Debian 12, assembled from the Debian mirror: no registry is needed',
    entries: finish([
      base === undefined
        ? set('the default: Debian 12, assembled from the Debian mirror', 'base', { bootstrap: 'bookworm' })
        : set('--base', 'base', base),
      ...['ca-certificates', 'git'].map((name) => add('usual for development', 'packages.apt', name)),
      ...(found.some((entry) => isNewNode(files, entry))
        ? [add('usual: Node.js 26 needs it, and Debian installs it only on demand', 'packages.apt', 'libatomic1')]
        : []),
      ...found,
    ]),
  };
  if (found.length === 0 && dockerfile === undefined) return [];
  if (base !== undefined || dockerfile === undefined) return [assembled];
  const context = dockerfile.includes('/') ? { context: dockerfile.slice(0, dockerfile.lastIndexOf('/')) } : {};
  return [
    {
      title: `${dockerfile}, as it is`,
      entries: finish([
        set(dockerfile, 'base', { dockerfile, ...context }),
        ...found.filter(({ path: [key = ''] }) => !['tools', 'packages'].includes(key)),
      ]),
    },
    assembled,
  ];
}

/** True for a Node.js of the project that is 25 or newer, or may be. */
function isNewNode(files: ProjectFiles, { path, value }: Entry): boolean {
  if (path[0] !== 'tools' || path[1] !== 'node') return false;
  const from = asMap(value)['from'];
  const version = typeof from === 'string' ? readToolFile('node', from, files.text(from) ?? '') : value;
  const major = typeof version === 'string' ? /^(\d+)(?:\.|$)/.exec(version)?.[1] : undefined;
  return major === undefined || Number(major) >= 25;
}

/** Drops the default version of a tool (`lts`) if another file names a version. */
function preferNamed(entries: readonly Entry[]): readonly Entry[] {
  const isVague = ({ path, value }: Entry): boolean =>
    path[0] === 'tools' && (value === 'lts' || value === 'latest' || value === 'stable');
  const named = new Set(entries.filter((entry) => !isVague(entry)).map(({ path }) => path.join('.')));
  return entries.filter((entry) => !isVague(entry) || !named.has(entry.path.join('.')));
}

/** Entries of one project. */
const most = 150;

/** Without clashes. Services of CI repeat those of a compose file; a single hook needs no name. */
function finish(entries: readonly Entry[]): readonly Entry[] {
  const kept = keepFirst(entries.slice(0, most));
  const composed = kept.some(({ path }) => path[0] === 'compose');
  const single = (hook: string): boolean =>
    kept.filter(({ path }) => path[0] === 'hooks' && path[1] === hook).length === 1;
  return kept
    .filter(({ path, from }) => !(composed && path[0] === 'services' && from.startsWith('.github/')))
    .map((entry) => {
      const [key, hook = '', name] = entry.path;
      return key === 'hooks' && name !== undefined && single(hook) ? { ...entry, path: ['hooks', hook] } : entry;
    });
}
