import type { PathChange } from '../../../model/container.ts';
import type { EvidenceRequest } from '../../../model/evidence.ts';
import { accountFile, accountFiles } from './compare-accounts.ts';
import { statusFile } from '../../../providers/debian/parse-dpkg-status.ts';
import { extendedStates } from './compare-debian.ts';
import { isProfile } from './compare-variables.ts';
import { findTool, recognitions } from './find-tool.ts';
import { diversionsFile } from './own-paths.ts';

interface EvidencePlan {
  /** Of the workspace. */
  readonly after: EvidenceRequest;
  /** Of its version; absent where nothing there would explain more. */
  readonly before?: EvidenceRequest;
}

/** Files to read at most: argument lists are limited, and so is the time for ten thousand package.json files. */
const limit = 1_000;

/**
 * What has to be read to explain changes. `exact`: each change tells whether it
 * was added or modified; else the version has to be asked.
 */
export function selectEvidence(
  changes: Iterable<PathChange>,
  noise: (path: string) => boolean,
  exact: boolean,
): EvidencePlan {
  const seen = survey(changes, noise);
  // Debian's files come first: packages explain most changes.
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

interface Survey {
  /** Small files that explain changes. */
  readonly files: Set<string>;
  /** Paths whose size and target are not known. */
  readonly entries: string[];
  readonly sums: string[];
  debian: boolean;
  /** True if packages may own some of the changes. */
  owned: boolean;
  /** True if lists of packages were deleted or changed. */
  lists: boolean;
  /** True if both sides have to be compared. */
  compared: boolean;
}

function survey(changes: Iterable<PathChange>, noise: (path: string) => boolean): Survey {
  const seen: Survey = {
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
    const telling = filesAbout(path, kind);
    if (seen.files.size < limit) for (const file of telling) seen.files.add(file);
    if (path === statusFile || path === extendedStates) seen.debian = true;
    // No package owns a new file outside of the folders of packages.
    if (seen.debian || (kind !== 'added' && !/^\/(?:home|root|opt|srv|workspace)\//.test(path))) seen.owned = true;
    if (kind !== 'added' && /^\/var\/lib\/dpkg\/info\/[^/]+\.list$/.test(path)) seen.lists = true;
    if (accountFile.test(path) || (kind === 'deleted' && telling.length > 0)) seen.compared = true;
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
  const versionFile = findTool(path)?.versionFile;
  return [
    ...recognitions.flatMap(({ evidence }) => evidence(path, kind)),
    ...(versionFile === undefined ? [] : [versionFile]),
  ];
}
