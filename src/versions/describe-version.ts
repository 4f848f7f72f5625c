import { resolveVersionItems } from '../lock/version-items.ts';
import { type Items, type ItemsDelta, reconcileItems } from '../model/item.ts';
import type { Lock, Version } from '../model/version.ts';
import { providerOf } from '../providers/registry.ts';

/** The changes of a version against its parent, in words; none if no declaration changed. */
export function describeVersion(lock: Lock, version: Version): readonly string[] {
  const before: Items = version.parent === undefined ? {} : resolveVersionItems(lock, version.parent);
  const changes = describeItems(reconcileItems(before, resolveVersionItems(lock, version.number)), before);
  switch (version.kind) {
    case 'rollback':
      return [`= version ${String(version.from ?? '?')}`, ...changes];
    case 'commit':
      return changes.length > 0 ? changes : ['changes that devenv.yaml does not declare'];
    case 'build':
      return changes;
  }
}

/**
 * Changes of items in words: `+ apt jq`, `- npm pnpm`, `~ node 22 → 24`. One
 * entry per provider and direction. `before`: the items that are changed.
 */
export function describeItems({ set, unset }: ItemsDelta, before: Items): readonly string[] {
  const groups = new Map<string, string[]>();
  const add = (sign: string, id: string, detail = ''): void => {
    const [provider = '', ...rest] = id.split(':');
    const name = rest.join(':');
    const key = `${sign} ${provider}`;
    groups.set(key, [...(groups.get(key) ?? []), `${name}${name === '' ? detail.trimStart() : detail}`]);
  };
  for (const [id, value] of Object.entries(set)) {
    const old = Object.hasOwn(before, id) ? before[id] : undefined;
    if (old === undefined) add('+', id, describeValue(id, value));
    else add('~', id, describeChange(id, old, value));
  }
  for (const id of unset) add('-', id);
  return [...groups].map(([key, names]) => `${key} ${names.join(' ')}`.trim());
}

/** The value as people write it; empty for a hash. */
function describeValue(id: string, value: string): string {
  const text = providerOf(id)?.describe(value) ?? value;
  return text === '' ? '' : ` ${text}`;
}

function describeChange(id: string, before: string, after: string): string {
  if (providerOf(id)?.declaration.kind === 'by hand') return '';
  const name = (value: string): string => describeValue(id, value).trim() || 'any';
  return ` ${name(before)} \u2192 ${name(after)}`;
}
