import type { Node, Scalar } from 'yaml';
import { quote, type Path, type UnplacedProblem } from '../problem.ts';
import { convertTree } from './convert-tree.ts';

interface PlainValue {
  readonly value: unknown;
  readonly findings: readonly UnplacedProblem[];
}

/**
 * The value of a YAML tree, with aliases resolved and repeated keys reported.
 * Maps have no prototype: the schema refuses `__proto__` like any other key.
 */
export function toValue(root: Node | null): PlainValue {
  const findings: UnplacedProblem[] = [];
  const value = convertTree<unknown>(root, {
    scalar: (scalar, { path }) => (scalar === null ? null : readScalar(scalar, path)),
    list: (items) => items,
    map: (entries) => {
      const map = Object.create(null) as Record<string, unknown>;
      for (const { name, key, value: own } of entries) {
        if (name in map) findings.push({ path: key.path, at: 'key', message: `the key ${quote(name)} appears twice` });
        map[name] = own;
      }
      return map;
    },
    refuse: ({ path }, at, message) => {
      findings.push({ path, at, message });
      return null;
    },
  });
  return { value, findings };
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
