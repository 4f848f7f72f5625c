import type { PathChange } from '../../model/container.ts';
import type { Evidence } from '../../model/evidence.ts';
import { resolvePath } from '../resolve-path.ts';
import type { Ecosystem, FoundTool } from '../ecosystem.ts';

/** Python packages, by their `.dist-info` folders, whoever installed them. */
export const python = {
  causes: { pip: 'Python packages' },
  recognition: {
    patterns: [],
    evidence: (path, kind) => {
      const found = findPythonPackage(path);
      return found !== undefined && path === found.infoFolder && kind !== 'modified' ? [recordOf(found)] : [];
    },
    index: indexPackages,
    isIndexed: (path) => /\/(?:site|dist)-packages\//.test(path),
  },
  caches: { volumes: [], variables: (cache) => [`PIP_CACHE_DIR=${cache}/pip`] },
  excludes: [],
  records: [/^\/var\/lib\/python3?(?:\/|$)/, /^\/usr\/.*\/__pycache__(?:\/|$)/],
} satisfies Ecosystem;

/** An installed Python package. */
export interface PythonPackage {
  /** As PEP 503 normalises it: lower case, with dashes. */
  readonly name: string;
  readonly version: string;
  /** The site-packages folder. */
  readonly place: string;
  readonly infoFolder: string;
}

/** ASCII alone: other letters have no place in a name. */
export const normalisePythonName = (name: string): string =>
  name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()).replace(/[-_.]+/g, '-');

const info =
  /^(?<place>\/.*\/(?:site|dist)-packages)\/(?<name>[^/-]+(?:-[^/\d][^/-]*)*)-(?<version>\d[^/-]*)\.(?:dist|egg)-info(?=\/|$)/;

/** The package of a path at or below a `.dist-info` folder. */
export function findPythonPackage(path: string): PythonPackage | undefined {
  const match = info.exec(path);
  const { place, name, version } = match?.groups ?? {};
  if (match === null || place === undefined || name === undefined || version === undefined) return undefined;
  return { name: normalisePythonName(name), version, place, infoFolder: match[0] };
}

const recordOf = ({ infoFolder }: PythonPackage): string => `${infoFolder}/RECORD`;

/** The paths that a RECORD lists: relative to site-packages, or absolute. */
export function parseRecord(text: string, place: string): readonly string[] {
  return text.split('\n').flatMap((line) => {
    const path = line.startsWith('"') ? /^"((?:[^"]|"")*)"/.exec(line)?.[1]?.replaceAll('""', '"') : line.split(',')[0];
    return path === undefined || path === '' ? [] : [resolvePath(place, path)];
  });
}

/** Path → Python package, for the files of packages that were added or removed. */
function indexPackages(
  changes: Iterable<PathChange>,
  before: Evidence,
  after: Evidence,
): (path: string) => FoundTool | undefined {
  const tools = new Map<string, Found>();
  const paths = new Map<string, FoundTool>();
  for (const { path, kind } of changes) {
    const found = findPythonPackage(path);
    if (found === undefined) continue;
    const key = `${found.place}\0${found.name}`;
    const known = tools.get(key) ?? { tool: { cause: 'pip', name: found.name, place: found.place } as const };
    tools.set(key, known);
    paths.set(path, known);
    noteOrigin(known, path.slice(found.infoFolder.length), kind);
    if (path !== found.infoFolder) continue;
    if (kind === 'deleted') known.before = found.version;
    else known.version = found.version;
    const record = (kind === 'deleted' ? before : after).files.get(recordOf(found));
    for (const owned of parseRecord(record ?? '', found.place)) paths.set(owned, known);
  }
  // A RECORD does not list folders.
  for (const { path, kind } of changes) {
    if (kind !== 'added' || tools.size === 0 || paths.has(path)) continue;
    const parent = nearest(path, paths);
    if (parent !== undefined) paths.set(path, parent);
  }
  return (path) => paths.get(path);
}

type Found = { -readonly [K in keyof FoundTool]: FoundTool[K] };

/** Reads PEP 376 and 610: whether a package was requested, and whether it came from an index. */
function noteOrigin(known: Found, file: string, kind: PathChange['kind']): void {
  if (kind === 'deleted') return;
  if (file === '/direct_url.json') known.origin = 'file';
  else if (file === '/INSTALLER') known.origin ??= 'dependency';
  else if (file === '/REQUESTED' && known.origin !== 'file') known.origin = 'person';
}

/** The package of a path's top folder in site-packages. */
function nearest(path: string, paths: ReadonlyMap<string, FoundTool>): FoundTool | undefined {
  const top = /^(\/.*\/(?:site|dist)-packages\/[^/]+)(?:\/|$)/.exec(path)?.[1];
  return top === undefined ? undefined : (paths.get(`${top}/__init__.py`) ?? paths.get(`${top}.py`));
}
