import { isAlias, isMap, isScalar, isSeq, type Node as YamlNode, type Pair } from 'yaml';
import { keyText } from '../yaml/key-text.ts';
import { maxDepth } from '../yaml/read-tokens.ts';
import { readYaml } from '../yaml/read-yaml.ts';
import { quote } from '../problem.ts';
import { asMapNode, ComposeProblem, type ComposeFile, type Entry, type MapNode, type Node } from './node.ts';

/** Aliases can make a small text huge. */
const maxNodes = 20_000;

/** Parses a compose file, with anchors and `<<` resolved. Throws ComposeProblem for the first thing that is wrong. */
export function readTree(text: string, path: string): MapNode {
  const yaml = readYaml(text);
  const file: ComposeFile = { path, lines: yaml.lines };
  const spot = (offset: number, at: string) => ({ file, offset, path: at });
  if (yaml.kind === 'broken') {
    const [first] = yaml.problems;
    throw new ComposeProblem(spot(first?.offset ?? 0, ''), first?.message ?? 'it is broken');
  }
  const anchors = new Map<string, YamlNode>();
  let nodes = 0;

  const convert = (node: YamlNode | null, at: string, near: number, depth: number): Node => {
    const here = spot(node?.range?.[0] ?? near, at);
    nodes += 1;
    if (nodes > maxNodes || depth > maxDepth * 2)
      throw new ComposeProblem(here, 'its aliases expand to too many values');
    const made = convertOne(node, here, depth);
    // Registered after its end: an alias can never contain itself.
    if (node !== null && !isAlias(node) && node.anchor !== undefined) anchors.set(node.anchor, node);
    return made;
  };

  const convertOne = (node: YamlNode | null, here: ReturnType<typeof spot>, depth: number): Node => {
    const { offset, path: at } = here;
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (target === undefined) throw new ComposeProblem(here, `the alias *${node.source} has no anchor before it`);
      return convert(target, at, offset, depth + 1);
    }
    if (isSeq(node)) {
      const items = node.items.map((item, index) =>
        convert(item as YamlNode, `${at}[${String(index)}]`, offset, depth + 1),
      );
      return { ...here, kind: 'list', items };
    }
    if (isMap(node)) return { ...here, kind: 'map', entries: convertMap(node.items, here, depth) };
    if (!isScalar(node) || node.value === null) return { ...here, kind: 'empty' };
    const { value, source } = node;
    return { ...here, kind: 'text', text: typeof value === 'string' ? value : (source ?? '') };
  };

  const convertMap = (
    pairs: readonly Pair[],
    { offset, path: at }: { readonly offset: number; readonly path: string },
    depth: number,
  ): ReadonlyMap<string, Entry> => {
    const own = new Map<string, Entry>();
    const merged: Node[] = [];
    for (const { key, value } of pairs) {
      const name = keyText(key);
      const key_ = spot((key as YamlNode).range?.[0] ?? offset, at === '' ? name : `${at}.${name}`);
      const made = convert(value as YamlNode | null, key_.path, key_.offset, depth + 1);
      if (name === '<<') {
        merged.push(...(made.kind === 'list' ? made.items : [made]));
        continue;
      }
      if (own.has(name)) throw new ComposeProblem(key_, `the key ${quote(name)} appears twice`);
      own.set(name, { key: key_, value: made });
    }
    // An own key counts before a merged one, and an earlier merged map before a later one.
    for (const one of merged) for (const [name, entry] of asMapNode(one)) if (!own.has(name)) own.set(name, entry);
    return own;
  };

  const root = convert(yaml.root, '', 0, 0);
  if (root.kind !== 'map') throw new ComposeProblem(root, 'the file is not a map of keys', '"services"');
  return root;
}
