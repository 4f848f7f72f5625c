import { isAlias, isMap, isScalar, isSeq, type Node, type Scalar } from 'yaml';
import { keyText } from './key-text.ts';
import { maxDepth } from './read-tokens.ts';
import { atKey, atValue, quote, type UnplacedProblem, type Path } from '../problem.ts';

interface PlainValue {
  readonly value: unknown;
  readonly findings: readonly UnplacedProblem[];
}

/** Aliases can make a small text huge. */
const maxNodes = 20_000;

/**
 * The value of a YAML tree, with aliases resolved and repeated keys reported.
 * Maps have no prototype: the schema refuses `__proto__` like any other key.
 */
export function toValue(root: Node | null): PlainValue {
  const anchors = new Map<string, Node>();
  const findings: UnplacedProblem[] = [];
  let nodes = 0;
  let full = false;

  const convert = (node: Node | null, path: Path, depth: number): unknown => {
    nodes += 1;
    if (full) return null;
    if (nodes > maxNodes || depth > maxDepth * 2) {
      full = true;
      findings.push(atKey(path.slice(0, 1), 'its aliases expand to too many values'));
      return null;
    }
    const value = convertOne(node, path, depth);
    // Registered after its end: an alias can never contain itself.
    if (node !== null && !isAlias(node) && node.anchor !== undefined) anchors.set(node.anchor, node);
    return value;
  };

  const convertOne = (node: Node | null, path: Path, depth: number): unknown => {
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (target !== undefined) return convert(target, path, depth + 1);
      findings.push(atValue(path, `the alias *${node.source} has no anchor before it`));
      return null;
    }
    if (isSeq(node)) return node.items.map((item, index) => convert(item as Node, [...path, index], depth + 1));
    if (!isMap(node)) return isScalar(node) ? readScalar(node, path) : null;
    const map = Object.create(null) as Record<string, unknown>;
    for (const { key, value } of node.items) {
      const name = keyText(key);
      const inner = [...path, name];
      if (name in map) {
        findings.push(atKey(inner, `the key ${quote(name)} appears twice`));
      }
      map[name] = convert(value as Node | null, inner, depth + 1);
    }
    return map;
  };

  return { value: convert(root, [], 0), findings };
}

/** A version such as 3.10 looks like a number: keeps its source text. */
function readScalar({ value, source }: Scalar, path: Path): unknown {
  const isNumber = typeof value === 'number';
  if (source !== undefined && (isNumber || typeof value === 'boolean') && isText(path, isNumber)) return source;
  return value;
}

function isText(path: Path, isNumber: boolean): boolean {
  const parent = path.at(-2);
  const isOption = parent === 'features' || path.at(-3) === 'features';
  return parent === 'env' || (isNumber && (parent === 'tools' || isOption || path.at(-1) === 'mode'));
}
