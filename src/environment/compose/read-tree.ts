import { quote } from '../problem.ts';
import { convertTree, type YamlEntry } from '../yaml/convert-tree.ts';
import { readYaml } from '../yaml/read-yaml.ts';
import { asMapNode, ComposeProblem, type ComposeFile, type Entry, type MapNode, type Node } from './node.ts';

/** Parses a compose file, with anchors and `<<` resolved. Throws ComposeProblem for the first thing that is wrong. */
export function readTree(text: string, path: string, folder: string): MapNode {
  const yaml = readYaml(text);
  const file: ComposeFile = { path, folder, lines: yaml.lines.lineStarts };
  if (yaml.kind === 'broken') {
    const [first] = yaml.problems;
    throw new ComposeProblem({ file, offset: first?.offset ?? 0, path: [] }, first?.message ?? 'it is broken');
  }
  const root = convertTree<Node>(yaml.root, {
    scalar: (scalar, spot) => {
      if (scalar === null || scalar.value === null) return { file, ...spot, kind: 'empty' };
      const { value, source = '' } = scalar;
      return { file, ...spot, kind: 'text', text: typeof value === 'string' ? value : source };
    },
    list: (items, spot) => ({ file, ...spot, kind: 'list', items }),
    map: (entries, spot) => ({ file, ...spot, kind: 'map', entries: joinEntries(file, entries) }),
    refuse: (spot, _at, message) => {
      throw new ComposeProblem({ file, ...spot }, message);
    },
  });
  if (root.kind !== 'map') throw new ComposeProblem(root, 'the file is not a map of keys', '"services"');
  return root;
}

/** The entries of a map with those of its `<<`. */
function joinEntries(file: ComposeFile, written: readonly YamlEntry<Node>[]): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>();
  const merged: Node[] = [];
  for (const { name, key, value } of written) {
    if (name === '<<') merged.push(...(value.kind === 'list' ? value.items : [value]));
    else if (!entries.has(name)) entries.set(name, { key: { file, ...key }, value });
    else throw new ComposeProblem({ file, ...key }, `the key ${quote(name)} appears twice`);
  }
  // An own key counts before a merged one, and an earlier merged map before a later one.
  for (const one of merged)
    for (const [name, entry] of asMapNode(one)) if (!entries.has(name)) entries.set(name, entry);
  return entries;
}
