import type { PathChange } from '../model/container.ts';
import type { UpperComparison } from './compare-upper.ts';

/** What a comparison found, as paths for people, folders that only lead to changes left out. */
export function listCompared({ rows, parent, delta }: UpperComparison): readonly PathChange[] {
  const leading = new Set(delta.leading);
  const there = [...delta.copy.filter((path) => !leading.has(path)), ...delta.sockets];
  return [
    ...there.map((path): PathChange => ({
      path: toText(path),
      kind: isNew(path, rows, parent) ? 'added' : 'modified',
    })),
    ...delta.hide.map((path): PathChange => ({ path: toText(path), kind: 'deleted' })),
  ];
}

/** What replaces a folder, or a folder that replaces something, is as good as new. */
function isNew(path: string, rows: UpperComparison['rows'], parent: UpperComparison['parent']): boolean {
  const before = parent.get(path);
  return before === undefined || (before.type === 'd') !== (rows.get(path)?.type === 'd');
}

const toText = (path: string): string => Buffer.from(`/${path}`, 'latin1').toString('utf8');
