import type { PackageCause } from '../../../model/drift.ts';
import { joinPatterns } from '../../../model/join-patterns.ts';

/** The package or runtime that a path is a part of, as far as the path itself tells. */
export interface Tool {
  readonly cause: Exclude<PackageCause, 'apt' | 'apt-dependency'>;
  readonly name: string;
  /** The folder that tells two packages of one name apart. */
  readonly place: string;
  /** Where the path names it. */
  readonly version?: string;
  /** A small file that holds the version. */
  readonly versionFile?: string;
}

interface Pattern {
  readonly cause: Tool['cause'];
  /** Groups: `place`, and `name` or a fixed one, and perhaps `version`. */
  readonly path: RegExp;
  readonly name?: string;
  /** Below the whole match of `place`. */
  readonly versionFile?: (place: string, name: string) => string;
}

const home = String.raw`\/(?:root|home\/[^/]+)`;

/** The first that fits counts: packages inside of a runtime are the runtime's. */
const patterns: readonly Pattern[] = [
  { cause: 'runtime', name: 'node', path: at(`${home}/\\.nvm/versions/node/v(?<version>[^/]+)`) },
  { cause: 'runtime', name: 'nvm', path: at(`${home}/\\.nvm`) },
  { cause: 'runtime', name: 'node', path: at(`${home}/\\.local/share/fnm/node-versions/v(?<version>[^/]+)`) },
  { cause: 'runtime', name: 'volta', path: at(`${home}/\\.volta`) },
  { cause: 'runtime', name: 'python', path: at(`${home}/\\.pyenv/versions/(?<version>[^/]+)`) },
  { cause: 'runtime', name: 'pyenv', path: at(`${home}/\\.pyenv`) },
  {
    cause: 'runtime',
    name: 'python',
    path: at(`${home}/\\.local/share/uv/python/cpython-(?<version>[0-9.]+)[^/]*`),
  },
  { cause: 'runtime', name: 'ruby', path: at(`${home}/\\.rbenv/versions/(?<version>[^/]+)`) },
  { cause: 'runtime', path: at(`${home}/\\.sdkman/candidates/(?<name>[^/]+)/(?<version>[^/]+)`) },
  { cause: 'runtime', name: 'rust', path: at(`${home}/\\.rustup/toolchains/(?<version>[^/]+)`) },
  { cause: 'runtime', name: 'rustup', path: at(`${home}/\\.rustup`) },
  { cause: 'runtime', name: 'deno', path: at(`${home}/\\.deno`) },
  { cause: 'runtime', name: 'bun', path: at(`${home}/\\.bun`) },
  { cause: 'runtime', name: 'go', path: at('/usr/local/go'), versionFile: (place) => `${place}/VERSION` },
  { cause: 'runtime', path: at('/usr/lib/jvm/(?<name>[^/]+)') },
  {
    cause: 'npm',
    path: /^(?<place>\/.*?\/lib\/node_modules)\/(?!\.)(?<name>@[^/]+\/[^/]+|[^@/][^/]*)(?:\/|$)/,
    versionFile: (place, name) => `${place}/${name}/package.json`,
  },
  {
    cause: 'gem',
    path: /^(?<place>\/.*\/gems)\/(?:gems|specifications|doc|extensions\/[^/]+\/[^/]+)\/(?<name>[^/]+?)-(?<version>\d[^/-]*?)(?:\.gemspec)?(?:\/|$)/,
  },
  { cause: 'go', path: new RegExp(`^(?<place>(?:${home}/)?/?go/bin)/(?<name>[^/]+)$`) },
  { cause: 'go', name: 'modules', path: at(`(?:${home})?/go/pkg`) },
  { cause: 'cargo', path: new RegExp(`^(?<place>${home}/\\.cargo)/bin/(?<name>[^/]+)$`) },
  { cause: 'cargo', name: 'cargo', path: at(`(?:${home}/\\.cargo|/usr/local/cargo)`) },
];

const isAnyTool = joinPatterns(patterns.map(({ path }) => path));

/** A pattern for a folder and all below it. */
function at(folder: string): RegExp {
  return new RegExp(`^(?<place>${folder})(?:/|$)`);
}

/** By the path alone; absent where it tells nothing. */
export function findTool(path: string): Tool | undefined {
  if (!isAnyTool.test(path)) return undefined;
  for (const { cause, path: pattern, name: fixed, versionFile } of patterns) {
    const groups = pattern.exec(path)?.groups;
    if (groups === undefined) continue;
    const place = groups['place'] ?? '';
    const name = fixed ?? groups['name'] ?? '';
    const version = groups['version'];
    return {
      cause,
      name,
      place,
      ...(version !== undefined && { version }),
      ...(versionFile !== undefined && { versionFile: versionFile(place, name) }),
    };
  }
  return undefined;
}

/** Where Node.js lies when it was unpacked by hand; npm and corepack there came with it. */
const nodeFiles =
  /^\/usr\/local\/(?:bin\/(?:node|npm|npx|corepack)$|include\/node(?:\/|$)|lib\/node_modules\/(?:npm|corepack)(?:\/|$)|share\/(?:man\/man1\/node\.1|doc\/node|systemtap\/tapset\/node\.stp)|(?:CHANGELOG|LICENSE|README)(?:\.md)?$)/;

export const nodeProgram = '/usr/local/bin/node';
export const nodeVersionFile = '/usr/local/include/node/node_version.h';

/** Node.js in /usr/local, for workspaces where the program itself changed. */
export function findLocalNode(path: string): Tool | undefined {
  if (!nodeFiles.test(path)) return undefined;
  return { cause: 'runtime', name: 'node', place: '/usr/local', versionFile: nodeVersionFile };
}
