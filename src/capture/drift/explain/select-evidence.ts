import type { PathChange } from '../../../model/container.ts';
import type { EvidenceRequest } from '../../../model/evidence.ts';
import { accountFile, accountFiles } from './compare-accounts.ts';
import { extendedStates, statusFile } from './compare-debian.ts';
import { isProfile } from './compare-variables.ts';
import { findTool, nodeProgram, nodeVersionFile } from './find-tool.ts';
import { diversionsFile } from './own-paths.ts';
import { findPythonPackage, recordOf } from './python-packages.ts';

export interface EvidencePlan {
  /** Of the workspace. */
  readonly after: EvidenceRequest;
  /** Of its version; absent where nothing there would explain more. */
  readonly before?: EvidenceRequest;
}

/** Argument lists have an end; so has the patience for ten thousand package.json files. */
const limit = 1_000;

/**
 * What has to be read to explain these changes. `exact`: each says truly
 * whether it was added or modified; else the version has to be asked what it had.
 */
export function selectEvidence(
  changes: Iterable<PathChange>,
  noise: (path: string) => boolean,
  exact: boolean,
): EvidencePlan {
  const seen = look(changes, noise);
  // Debian's own come first: whatever else there is, packages explain most.
  const files = [...(seen.owned ? [statusFile, extendedStates, diversionsFile] : []), ...seen.files];
  const asked = [...new Set(files)].slice(0, limit);
  const sums = seen.owned ? seen.sums : [];
  const after: EvidenceRequest = { files: asked, entries: seen.entries, sums, lists: seen.owned };
  const kinds = findKinds(changes, new Set(asked));
  const were = asked.filter((file) => !exact || kinds.get(file) !== 'added');
  const needed =
    !exact ||
    seen.debian ||
    seen.compared ||
    asked.some((file) => kinds.get(file) === 'modified' || kinds.get(file) === 'deleted');
  if (!needed) return { after };
  return { after, before: { files: were, entries: exact ? [] : seen.entries, sums: [], lists: seen.lists } };
}

interface Seen {
  /** Small files that tell of changes. */
  readonly files: Set<string>;
  /** What is not known yet by its size and target. */
  readonly entries: string[];
  readonly sums: string[];
  debian: boolean;
  /** True where packages may own some of it. */
  owned: boolean;
  /** True where lists of packages went or became others. */
  lists: boolean;
  /** True where both sides have to be compared. */
  compared: boolean;
}

function look(changes: Iterable<PathChange>, noise: (path: string) => boolean): Seen {
  const seen: Seen = {
    files: new Set(),
    entries: [],
    sums: [],
    debian: false,
    owned: false,
    lists: false,
    compared: false,
  };
  for (const { path, kind, size } of changes) {
    if (kind !== 'deleted' && size === undefined) seen.entries.push(path);
    if (noise(path)) continue;
    if (seen.files.size < limit) for (const file of filesAbout(path, kind)) seen.files.add(file);
    if (path === statusFile || path === extendedStates) seen.debian = true;
    // What is added outside of the places of packages cannot be a package's.
    if (seen.debian || (kind !== 'added' && !/^\/(?:home|root|opt|srv|workspace)\//.test(path))) seen.owned = true;
    if (kind !== 'added' && /^\/var\/lib\/dpkg\/info\/[^/]+\.list$/.test(path)) seen.lists = true;
    if (accountFile.test(path) || (kind === 'deleted' && findPythonPackage(path) !== undefined)) seen.compared = true;
    if (kind !== 'deleted' && path.startsWith('/etc/') && seen.sums.length < limit) seen.sums.push(path);
  }
  return seen;
}

function findKinds(changes: Iterable<PathChange>, paths: ReadonlySet<string>): ReadonlyMap<string, PathChange['kind']> {
  const kinds = new Map<string, PathChange['kind']>();
  if (paths.size === 0) return kinds;
  for (const { path, kind } of changes) if (paths.has(path)) kinds.set(path, kind);
  return kinds;
}

function filesAbout(path: string, kind: PathChange['kind']): readonly string[] {
  if (accountFile.test(path)) return accountFiles;
  if (isProfile(path)) return [path];
  if (path === nodeProgram) return [nodeVersionFile];
  const python = findPythonPackage(path);
  if (python !== undefined) return path === python.infoFolder && kind !== 'modified' ? [recordOf(python)] : [];
  const tool = findTool(path);
  if (tool?.cause === 'cargo') return [`${tool.place}/.crates.toml`];
  return tool?.versionFile === undefined ? [] : [tool.versionFile];
}
