import { isAlias, isMap, isScalar, isSeq, type Node, type Scalar } from 'yaml';
import type { Path } from '../problem.ts';
import { keyText } from './key-text.ts';
import { maxDepth } from './read-tokens.ts';

/** Aliases can make a small text huge. */
const maxNodes = 20_000;

/** The place of a key or value in a YAML text. */
interface YamlSpot {
  readonly path: Path;
  readonly offset: number;
}

export interface YamlEntry<T> {
  readonly name: string;
  readonly key: YamlSpot;
  readonly value: T;
}

/** What a tree is converted to. */
interface Conversion<T> {
  /** Null: nothing is written. */
  scalar(scalar: Scalar | null, spot: YamlSpot): T;
  list(items: readonly T[], spot: YamlSpot): T;
  /** All entries in the order of the text, repeated keys included. */
  map(entries: readonly YamlEntry<T>[], spot: YamlSpot): T;
  /** Throws, or reports the problem and returns a value in its place. */
  refuse(spot: YamlSpot, at: 'key' | 'value', message: string): T;
}

/** Converts a YAML tree from its leaves up, with aliases resolved. */
export function convertTree<T>(root: Node | null, conversion: Conversion<T>): T {
  const anchors = new Map<string, Node>();
  let nodes = 0;
  let full = false;

  const convert = (node: Node | null, path: Path, near: number, depth: number): T => {
    const spot = { path, offset: node?.range?.[0] ?? near };
    if (full) return conversion.scalar(null, spot);
    nodes += 1;
    if (nodes > maxNodes || depth > maxDepth * 2) {
      full = true;
      const outermost = { ...spot, path: path.slice(0, 1) };
      return conversion.refuse(outermost, 'key', 'its aliases expand to too many values');
    }
    const value = convertOne(node, spot, depth);
    // Registered after its end: an alias can never contain itself.
    if (node !== null && !isAlias(node) && node.anchor !== undefined) anchors.set(node.anchor, node);
    return value;
  };

  const convertOne = (node: Node | null, spot: YamlSpot, depth: number): T => {
    const { path, offset } = spot;
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (target !== undefined) return convert(target, path, offset, depth + 1);
      return conversion.refuse(spot, 'value', `the alias *${node.source} has no anchor before it`);
    }
    if (isSeq(node)) {
      const items = node.items.map((item, index) => convert(item as Node, [...path, index], offset, depth + 1));
      return conversion.list(items, spot);
    }
    if (!isMap(node)) return conversion.scalar(isScalar(node) ? node : null, spot);
    const entries = node.items.map((pair): YamlEntry<T> => {
      const name = keyText(pair.key);
      const key = { path: [...path, name], offset: (pair.key as Node).range?.[0] ?? offset };
      return { name, key, value: convert(pair.value as Node | null, key.path, key.offset, depth + 1) };
    });
    return conversion.map(entries, spot);
  };

  return convert(root, [], 0, 0);
}
