import type { PathChange } from '../../../model/container.ts';
import type { Evidence } from '../../../model/evidence.ts';
import { joinPatterns } from '../../../model/join-patterns.ts';
import type { FoundTool, Recognition, Tool } from '../../../providers/ecosystem.ts';
import { readVersionText } from '../../../providers/tools/read-version-text.ts';
import { ecosystems } from '../../../providers/registry.ts';
import { resolvePath } from '../../../providers/resolve-path.ts';

export const recognitions: readonly Recognition[] = ecosystems.flatMap(({ recognition }) =>
  recognition === 'none' ? [] : [recognition],
);

const patterns = recognitions.flatMap((recognition) => recognition.patterns);

const isAnyTool = joinPatterns(patterns.map(({ path }) => path));

/** The package or runtime that a path belongs to by its form. */
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

/**
 * Finds the package or runtime that a changed path belongs to: by the records
 * of ecosystems, else by its path. A link belongs to the owner of its target.
 * `changes`: those that ecosystems index.
 */
export function indexTools(
  changes: Iterable<PathChange>,
  before: Evidence,
  after: Evidence,
): (change: PathChange) => FoundTool | undefined {
  const lookups = recognitions.flatMap(({ index }) => (index === 'by path' ? [] : [index(changes, before, after)]));
  const byPath = (path: string): FoundTool | undefined => {
    for (const lookUp of lookups) {
      const found = lookUp(path);
      if (found !== undefined) return found;
    }
    const tool = findTool(path);
    return tool === undefined ? undefined : withVersions(tool, before, after);
  };
  return ({ path, target: known }) => {
    const found = byPath(path);
    if (found !== undefined) return found;
    const target = known ?? (after.entries.get(path) ?? before.entries.get(path))?.target;
    return target === undefined ? undefined : byPath(resolvePath(path.slice(0, path.lastIndexOf('/')), target));
  };
}

function withVersions(tool: Tool, before: Evidence, after: Evidence): FoundTool {
  if (tool.versionFile === undefined) return { tool, ...(tool.version !== undefined && { version: tool.version }) };
  const version = readVersionText(after.files.get(tool.versionFile));
  const was = readVersionText(before.files.get(tool.versionFile));
  return { tool, ...(version !== undefined && { version }), ...(was !== undefined && { before: was }) };
}
