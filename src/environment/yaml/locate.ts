import { isMap, isSeq, type Node } from 'yaml';
import { keyText } from './key-text.ts';
import type { Path } from '../problem.ts';

/** The offset of a path's key or value in the text; of the nearest parent if the text has no such path, or an alias. */
export function locate(root: Node | null, path: Path, at: 'key' | 'value'): number {
  let node: Node | null = root;
  let offset = root?.range?.[0] ?? 0;
  for (const [index, part] of path.entries()) {
    const isLast = index === path.length - 1;
    if (isMap(node)) {
      // The last of repeated keys counts.
      const pair = node.items.findLast(({ key }) => keyText(key) === part);
      if (pair === undefined) return offset;
      const key = pair.key as Node;
      const value = pair.value as Node | null;
      offset = (isLast && at === 'key' ? undefined : value?.range?.[0]) ?? key.range?.[0] ?? offset;
      node = value;
    } else if (isSeq(node)) {
      node = (node.items[Number(part)] as Node | undefined) ?? null;
      offset = node?.range?.[0] ?? offset;
    } else {
      return offset;
    }
  }
  return offset;
}
