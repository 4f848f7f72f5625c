import { printPath, quote, type Path, type Problem } from '../problem.ts';

/** One compose file. */
export interface ComposeFile {
  /** In the project, `/`-separated. */
  readonly path: string;
  /** What its paths are relative to: that of the first file, for one that is merged on top. */
  readonly folder: string;
  /** The offset at which each line starts. */
  readonly lines: readonly number[];
}

/** A place in a compose file, which a value keeps through anchors, merges and `extends`. */
export interface Spot {
  readonly file: ComposeFile;
  readonly offset: number;
  readonly path: Path;
}

export type Node = TextNode | EmptyNode | ListNode | MapNode;

/** Numbers and booleans are the text that was written: what they mean depends on the key. */
type TextNode = Spot & { readonly kind: 'text'; readonly text: string };
type EmptyNode = Spot & { readonly kind: 'empty' };
type ListNode = Spot & { readonly kind: 'list'; readonly items: readonly Node[] };
export type MapNode = Spot & { readonly kind: 'map'; readonly entries: ReadonlyMap<string, Entry> };

export interface Entry {
  readonly key: Spot;
  readonly value: Node;
}

/** A problem of a compose file, thrown and collected by whoever reads the next service. */
export class ComposeProblem extends Error {
  override readonly name = 'ComposeProblem';
  readonly problem: Problem;

  constructor({ file, offset, path }: Spot, message: string, expected?: string) {
    super(message);
    const line = Math.max(
      file.lines.findLastIndex((start) => start <= offset),
      0,
    );
    this.problem = {
      ...{ file: file.path, line: line + 1, column: offset - (file.lines[line] ?? 0) + 1, message },
      path: printPath(path.filter((part) => part !== '<<')),
      ...(expected !== undefined && { expected }),
    };
  }
}

export const describeKind = (node: Node): string =>
  ({ text: 'text', empty: 'empty', list: 'a list', map: 'a map' })[node.kind];

/** The map that a node is; an empty one for nothing. */
export function asMapNode(node: Node | undefined): ReadonlyMap<string, Entry> {
  if (node === undefined || node.kind === 'empty') return new Map();
  if (node.kind === 'map') return node.entries;
  throw new ComposeProblem(node, `this is ${describeKind(node)}`, 'a map of keys');
}

/** The entries of a list; none for nothing. */
export function asListNode(node: Node | undefined): readonly Node[] {
  if (node === undefined || node.kind === 'empty') return [];
  if (node.kind === 'list') return node.items;
  throw new ComposeProblem(node, `this is ${describeKind(node)}`, 'a list');
}

export const unknownKey = ({ key }: Entry, name: string): ComposeProblem =>
  new ComposeProblem(key, `the key ${quote(name)} is unknown here`);
