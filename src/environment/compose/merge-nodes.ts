import { ComposeProblem, describeKind, type Entry, type MapNode, type Node } from './node.ts';

/** Keys whose value replaces that of the base: commands mean one thing. */
const replaced = new Set(['command', 'entrypoint', 'test', 'networks', 'profiles']);

/**
 * A service on top of the one that it extends: maps merge by key, lists are
 * joined, commands and single values replace. A list of variables or hosts
 * merges by name with a map.
 */
export function mergeNodes(base: MapNode, top: MapNode): MapNode {
  const entries = new Map(base.entries);
  for (const [name, entry] of top.entries) {
    const below = base.entries.get(name);
    entries.set(name, below === undefined ? entry : { ...entry, value: mergeValues(name, below.value, entry.value) });
  }
  return { ...top, entries };
}

function mergeValues(name: string, base: Node, top: Node): Node {
  if (top.kind === 'empty' || replaced.has(name)) return top;
  if (base.kind === 'map' && top.kind === 'map') return mergeNodes(base, top);
  if (name === 'environment' || name === 'extra_hosts' || name === 'depends_on')
    return { ...top, kind: 'map', entries: new Map([...toEntries(name, base), ...toEntries(name, top)]) };
  if (base.kind !== 'list' || top.kind !== 'list') return top;
  return { ...top, items: [...base.items, ...top.items] };
}

/** A map, or a list of `NAME=value`, `name:value` or names alone, as a map. */
export function toEntries(name: string, node: Node): ReadonlyMap<string, Entry> {
  if (node.kind === 'map') return node.entries;
  if (node.kind === 'empty') return new Map();
  if (node.kind !== 'list') throw new ComposeProblem(node, `this is ${describeKind(node)}`, 'a map or a list');
  return new Map(
    node.items.map((item): [string, Entry] => {
      if (item.kind !== 'text') throw new ComposeProblem(item, `this is ${describeKind(item)}`, 'text');
      const [, key = '', value] =
        (name === 'extra_hosts' ? /^([^:=]*)[:=]([^]*)$/ : /^([^=]*)(?:=([^]*))?$/).exec(item.text) ?? [];
      return [key, { key: item, value: value === undefined ? { ...item, kind: 'empty' } : { ...item, text: value } }];
    }),
  );
}
