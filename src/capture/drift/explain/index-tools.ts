import type { PathChange } from '../../../model/container.ts';
import type { Evidence } from '../../../model/evidence.ts';
import { resolvePath } from '../../../providers/resolve-path.ts';
import type { FoundTool, Tool } from '../../../providers/ecosystem.ts';
import { findTool, recognitions } from './find-tool.ts';
import { readVersionText } from '../../../providers/read-version-text.ts';

/**
 * Which package or runtime a changed path belongs to. Paths tell of most;
 * ecosystems tell of the rest by their own records. A link belongs to what it
 * leads to. `changes`: those that ecosystems index.
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
