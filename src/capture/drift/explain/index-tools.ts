import type { PathChange } from '../../../model/container.ts';
import type { Evidence } from '../../../model/evidence.ts';
import { findLocalNode, findTool, nodeProgram, type Tool } from './find-tool.ts';
import { findPythonPackage, parseRecord, recordOf, resolvePath } from './python-packages.ts';
import { readVersionText } from './read-version-text.ts';

/** A tool with the versions that both sides have of it. */
export interface FoundTool {
  readonly tool: Tool;
  readonly version?: string;
  readonly before?: string;
}

/**
 * Which package or runtime a changed path belongs to. Paths tell of most; what
 * a Python package put elsewhere is in its RECORD, what crate a program is from
 * in cargo's own list, and a link belongs to what it leads to.
 */
export function indexTools(
  changes: Iterable<PathChange>,
  before: Evidence,
  after: Evidence,
): (change: PathChange) => FoundTool | undefined {
  const ownNode = hasPath(changes, nodeProgram);
  const python = indexPython(changes, before, after);
  const crates = indexCrates(before, after);
  const byPath = (path: string): FoundTool | undefined => {
    const found = python.get(path) ?? crates.get(path);
    if (found !== undefined) return found;
    const tool = (ownNode ? findLocalNode(path) : undefined) ?? findTool(path);
    return tool === undefined ? undefined : withVersions(tool, before, after);
  };
  return ({ path, target: known }) => {
    const found = byPath(path);
    if (found !== undefined) return found;
    const target = known ?? (after.entries.get(path) ?? before.entries.get(path))?.target;
    return target === undefined ? undefined : byPath(resolvePath(path.slice(0, path.lastIndexOf('/')), target));
  };
}

function hasPath(changes: Iterable<PathChange>, wanted: string): boolean {
  for (const { path } of changes) if (path === wanted) return true;
  return false;
}

function withVersions(tool: Tool, before: Evidence, after: Evidence): FoundTool {
  if (tool.versionFile === undefined) return { tool, ...(tool.version !== undefined && { version: tool.version }) };
  const version = readVersionText(after.files.get(tool.versionFile));
  const was = readVersionText(before.files.get(tool.versionFile));
  return { tool, ...(version !== undefined && { version }), ...(was !== undefined && { before: was }) };
}

/** Path → Python package, for every file of the packages that came or went. */
function indexPython(changes: Iterable<PathChange>, before: Evidence, after: Evidence): ReadonlyMap<string, FoundTool> {
  const tools = new Map<string, { tool: Tool; version?: string; before?: string }>();
  const paths = new Map<string, FoundTool>();
  for (const { path, kind } of changes) {
    const found = findPythonPackage(path);
    if (found === undefined) continue;
    const key = `${found.place}\0${found.name}`;
    const known = tools.get(key) ?? { tool: { cause: 'pip', name: found.name, place: found.place } as const };
    tools.set(key, known);
    paths.set(path, known);
    if (path !== found.infoFolder) continue;
    if (kind === 'deleted') known.before = found.version;
    else known.version = found.version;
    const record = (kind === 'deleted' ? before : after).files.get(recordOf(found));
    for (const owned of parseRecord(record ?? '', found.place)) paths.set(owned, known);
  }
  // Folders that hold nothing but a package's files are not in its RECORD.
  for (const { path, kind } of changes) {
    if (kind !== 'added' || tools.size === 0 || paths.has(path)) continue;
    const parent = nearest(path, paths);
    if (parent !== undefined) paths.set(path, parent);
  }
  return paths;
}

/** The package of the first file found in the same folder of site-packages. */
function nearest(path: string, paths: ReadonlyMap<string, FoundTool>): FoundTool | undefined {
  const top = /^(\/.*\/(?:site|dist)-packages\/[^/]+)(?:\/|$)/.exec(path)?.[1];
  return top === undefined ? undefined : (paths.get(`${top}/__init__.py`) ?? paths.get(`${top}.py`));
}

/** Path of a program → the crate it was installed from. */
function indexCrates(before: Evidence, after: Evidence): ReadonlyMap<string, FoundTool> {
  const paths = new Map<string, FoundTool & { version?: string; before?: string }>();
  const read = (evidence: Evidence, side: 'version' | 'before'): void => {
    for (const [file, text] of evidence.files) {
      if (!file.endsWith('/.crates.toml')) continue;
      const place = file.slice(0, file.lastIndexOf('/'));
      for (const [, name = '', version = '', programs = ''] of text.matchAll(
        /^"([\w-]+) ([^\s"]+)[^"]*" = \[([^\]]*)\]/gm,
      )) {
        for (const [, program = ''] of programs.matchAll(/"([^"]+)"/g)) {
          const path = `${place}/bin/${program}`;
          const known = paths.get(path) ?? { tool: { cause: 'cargo', name, place } };
          paths.set(path, { ...known, [side]: version });
        }
      }
    }
  };
  read(before, 'before');
  read(after, 'version');
  return paths;
}
