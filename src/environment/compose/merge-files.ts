import { mergeNodes, toEntries } from './merge-nodes.ts';
import { asMapNode, type Entry, type MapNode, type Node } from './node.ts';

/** A compose file on top of another one, as `docker compose -f` merges them: each service, volume and network by name. */
export function mergeFiles(base: MapNode, top: MapNode): MapNode {
  const entries = new Map(base.entries);
  for (const [name, entry] of top.entries) {
    const below = base.entries.get(name)?.value;
    const isMerged = below !== undefined && ['services', 'volumes', 'networks'].includes(name);
    entries.set(name, isMerged ? { ...entry, value: mergeNamed(below, entry.value) } : entry);
  }
  return { ...top, entries };
}

function mergeNamed(base: Node, top: Node): Node {
  const entries = new Map(asMapNode(base));
  for (const [name, entry] of asMapNode(top)) {
    const below = entries.get(name)?.value;
    if (below?.kind === 'map' && entry.value.kind === 'map')
      entries.set(name, { ...entry, value: mergeService(below, entry.value) });
    else if (below === undefined || entry.value.kind !== 'empty') entries.set(name, entry);
  }
  return { ...top, kind: 'map', entries };
}

/** Networks are joined; of what two files mount at one path, or of the same port, the later one counts. */
function mergeService(base: MapNode, top: MapNode): MapNode {
  const entries = new Map(mergeNodes(base, top).entries);
  const [below, above] = [base.entries.get('networks'), top.entries.get('networks')];
  if (below !== undefined && above !== undefined) {
    const joined = new Map([...toEntries('networks', below.value), ...toEntries('networks', above.value)]);
    entries.set('networks', { ...above, value: { ...above.value, kind: 'map', entries: joined } });
  }
  for (const key of ['volumes', 'devices', 'ports', 'cap_add', 'security_opt', 'profiles', 'env_file']) {
    const entry = entries.get(key);
    if (entry?.value.kind === 'list') entries.set(key, { ...entry, value: keepLast(entry.value, key) });
  }
  return { ...top, entries };
}

function keepLast(list: Node & { readonly kind: 'list' }, key: string): Node {
  const items = new Map<string | Node, Node>();
  for (const item of list.items) items.set(nameOf(item, key) ?? item, item);
  return { ...list, items: [...items.values()] };
}

/** What an entry of a list is about: the path in the container, or all of it. */
function nameOf(item: Node, key: string): string | undefined {
  const isMount = key === 'volumes' || key === 'devices';
  if (item.kind === 'map') {
    const target: Entry | undefined = isMount ? item.entries.get('target') : undefined;
    return target?.value.kind === 'text' ? target.value.text : undefined;
  }
  if (item.kind !== 'text' || !isMount) return item.kind === 'text' ? item.text : undefined;
  const [first, second] = item.text.replaceAll(/\$\{[^{}]*\}/g, (variable) => variable.replaceAll(':', '')).split(':');
  return second ?? first;
}
