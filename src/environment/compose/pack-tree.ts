import type { ComposeFile, MapNode, Node, Spot } from './node.ts';

type PackedSpot = Omit<Spot, 'file'>;
type PackedEntry = readonly [name: string, { readonly key: PackedSpot; readonly value: PackedNode }];
type PackedNode = PackedSpot &
  (
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'empty' }
    | { readonly kind: 'list'; readonly items: readonly PackedNode[] }
    | { readonly kind: 'map'; readonly entries: readonly PackedEntry[] }
  );

/** The tree of a compose file as JSON can hold it. */
export interface PackedTree {
  readonly lines: readonly number[];
  readonly root: PackedNode & { readonly kind: 'map' };
}

/**
 * About how many characters the packed tree has; more than `most`, once it is clear that they are more. Aliases and long
 * keys make a tree far larger than its text: each value has the keys of its whole path.
 */
export function weighTree(root: MapNode, most: number): number {
  let sum = 0;
  const weigh = (node: Node): void => {
    if (sum > most) return;
    for (const part of node.path) sum += String(part).length;
    if (node.kind === 'text') sum += node.text.length;
    if (node.kind === 'list') for (const item of node.items) weigh(item);
    if (node.kind === 'map') for (const { value } of node.entries.values()) weigh(value);
  };
  weigh(root);
  return sum;
}

export const packTree = (root: MapNode): PackedTree => ({ lines: root.file.lines, root: packMap(root) });

const packMap = ({ offset, path, entries }: MapNode): PackedTree['root'] => ({
  ...{ kind: 'map', offset, path },
  entries: [...entries].map(([name, { key, value }]) => [
    name,
    { key: { offset: key.offset, path: key.path }, value: pack(value) },
  ]),
});

function pack(node: Node): PackedNode {
  if (node.kind === 'map') return packMap(node);
  const { offset, path } = node;
  if (node.kind === 'list') return { kind: 'list', offset, path, items: node.items.map(pack) };
  return node.kind === 'text' ? { kind: 'text', offset, path, text: node.text } : { kind: 'empty', offset, path };
}

/** `place`: of the file that the tree is of. */
export function unpackTree({ lines, root }: PackedTree, place: Omit<ComposeFile, 'lines'>): MapNode {
  const file = { ...place, lines };
  const unpackMap = (map: PackedTree['root']): MapNode => ({
    ...{ ...map, file },
    entries: new Map(
      map.entries.map(([name, { key, value }]) => [name, { key: { ...key, file }, value: unpack(value) }]),
    ),
  });
  const unpack = (node: PackedNode): Node => {
    if (node.kind === 'map') return unpackMap(node);
    return node.kind === 'list' ? { ...node, file, items: node.items.map(unpack) } : { ...node, file };
  };
  return unpackMap(root);
}
