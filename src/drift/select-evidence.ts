import type { PathChange } from '../model/container.ts';
import type { EvidenceRequest } from '../model/evidence.ts';
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
  changes: readonly PathChange[],
  noise: (path: string) => boolean,
  exact: boolean,
): EvidencePlan {
  const kept = changes.filter(({ path }) => !noise(path));
  const kinds = new Map(kept.map(({ path, kind }) => [path, kind]));
  const files = new Set<string>();
  for (const { path, kind } of kept) for (const file of filesAbout(path, kind)) files.add(file);
  const debian = kinds.has(statusFile) || kinds.has(extendedStates);
  // What is added outside of the places of packages cannot be a package's.
  const owned =
    debian || kept.some(({ path, kind }) => kind !== 'added' && !/^\/(?:home|root|opt|srv|workspace)\//.test(path));
  if (owned) for (const file of [statusFile, extendedStates, diversionsFile]) files.add(file);
  const asked = [...files].slice(0, limit);
  const sums = owned
    ? kept.filter(({ path, kind }) => kind !== 'deleted' && path.startsWith('/etc/')).map(({ path }) => path)
    : [];
  const entries = changes.filter(({ kind }) => kind !== 'deleted').map(({ path }) => path);
  const after: EvidenceRequest = { files: asked, entries, sums: sums.slice(0, limit), lists: owned };
  const were = asked.filter((file) => !exact || kinds.get(file) !== 'added');
  const needed =
    !exact ||
    debian ||
    kept.some(
      ({ path, kind }) => accountFile.test(path) || (kind === 'deleted' && findPythonPackage(path) !== undefined),
    ) ||
    asked.some((file) => kinds.get(file) === 'modified' || kinds.get(file) === 'deleted');
  if (!needed) return { after };
  const lists = kept.some(({ path, kind }) => kind !== 'added' && /^\/var\/lib\/dpkg\/info\/[^/]+\.list$/.test(path));
  return { after, before: { files: were, entries: exact ? [] : entries, sums: [], lists } };
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
