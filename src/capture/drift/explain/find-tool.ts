import { joinPatterns } from '../../../model/join-patterns.ts';
import type { Recognition, Tool } from '../../../providers/ecosystem.ts';
import { ecosystems } from '../../../providers/registry.ts';

export const recognitions: readonly Recognition[] = ecosystems.flatMap(({ recognition }) =>
  recognition === 'none' ? [] : [recognition],
);

const patterns = recognitions.flatMap((recognition) => recognition.patterns);

const isAnyTool = joinPatterns(patterns.map(({ path }) => path));

/** By the path alone; absent if it tells nothing. */
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
