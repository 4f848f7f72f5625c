import type { Items, ItemsDelta } from '../model/item.ts';

/**
 * A difference of items in words: `+ apt jq`, `- npm pnpm`, `~ node 22 → 24`.
 * One entry per provider and direction. `before`: what the difference starts from.
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

/** Values that people wrote themselves; hashes say nothing to them. */
function describeValue(id: string, value: string): string {
  if (/^(file|run):/.test(id) || ['*', '', 'latest'].includes(value)) return '';
  const text = value.replace(/^=/, '').split('\n', 1)[0] ?? '';
  return ` ${text}`;
}

function describeChange(id: string, before: string, after: string): string {
  if (/^(file|run):/.test(id)) return '';
  const name = (value: string): string => describeValue(id, value).trim() || 'any';
  return ` ${name(before)} \u2192 ${name(after)}`;
}
