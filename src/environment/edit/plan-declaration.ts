import type { Environment } from '../../model/environment.ts';
import type { ItemsDelta } from '../../model/item.ts';
import type { Edit } from './apply-edit.ts';

export interface Declaration {
  readonly edits: readonly Edit[];
  /** What cannot be edited by a program, since an item does not say all that the file has to: in words. */
  readonly byHand: readonly string[];
}

/** How an entry of `packages` is written: what stands between name and version, and the value that stands for any. */
const lists: Readonly<Record<string, { readonly separator: string; readonly any: string }>> = {
  apt: { separator: '=', any: '*' },
  npm: { separator: '@', any: 'latest' },
};

/**
 * The edits of devenv.yaml that make it ask for `delta` more, and less, than
 * it does. `environment`: what the file says now.
 */
export function planDeclaration(environment: Environment, delta: ItemsDelta): Declaration {
  const edits: Edit[] = [];
  const byHand: string[] = [];
  for (const [id, value] of Object.entries(delta.set)) {
    const edit = planSet(environment, id, value);
    if (edit === undefined) byHand.push(describeSet(id, value));
    else edits.push(edit);
  }
  for (const id of delta.unset) {
    const edit = planUnset(environment, id);
    if (edit === undefined) byHand.push(describeUnset(id));
    else edits.push(edit);
  }
  // An index counts only as long as nothing before it was removed.
  const order = { set: 0, remove: 1, add: 2 };
  return { edits: edits.sort((a, b) => order[a.kind] - order[b.kind]), byHand };
}

function planSet(environment: Environment, id: string, value: string): Edit | undefined {
  if (id === 'node') return { kind: 'set', path: ['tools', 'node'], value };
  if (id === 'user') return { kind: 'set', path: ['user'], value };
  const { provider, name, form } = readId(id);
  if (form === undefined) return undefined;
  const version = provider === 'apt' ? value.replace(/^=/, '') : value;
  const spec = value === form.any ? name : `${name}${form.separator}${version}`;
  const index = findSpec(environment, provider, name);
  return index === -1
    ? { kind: 'add', path: ['packages', provider], value: spec }
    : { kind: 'set', path: ['packages', provider, index], value: spec };
}

function planUnset(environment: Environment, id: string): Edit | undefined {
  if (id === 'node') return { kind: 'remove', path: ['tools', 'node'] };
  const { provider, name, form } = readId(id);
  if (form === undefined) return undefined;
  const spec = environment.packages[provider]?.[findSpec(environment, provider, name)];
  return spec === undefined ? undefined : { kind: 'remove', path: ['packages', provider], value: spec };
}

function readId(id: string): {
  readonly provider: string;
  readonly name: string;
  readonly form: (typeof lists)[string] | undefined;
} {
  const colon = id.indexOf(':');
  const provider = colon === -1 ? id : id.slice(0, colon);
  const form = colon !== -1 && Object.hasOwn(lists, provider) ? lists[provider] : undefined;
  return { provider, name: id.slice(colon + 1), form };
}

function findSpec(environment: Environment, provider: string, name: string): number {
  const separator = lists[provider]?.separator ?? '';
  return (environment.packages[provider] ?? []).findIndex(
    // A scope's `@` is part of the name.
    (spec) => spec === name || spec.startsWith(`${name}${separator}`),
  );
}

function describeSet(id: string, value: string): string {
  if (id === 'base') return `set the base to: ${value}`;
  const { provider, name } = readId(id);
  if (provider === 'run') return `put back the run entry "${name}": ${value.split('\n', 1)[0] ?? ''}`;
  if (provider === 'file') return `put back the file for ${name}, with its content and mode of then`;
  return `ask for ${id} ${value}`;
}

function describeUnset(id: string): string {
  const { provider, name } = readId(id);
  if (provider === 'run') return `take out the run entry "${name}"`;
  if (provider === 'file') return `take out the file for ${name}`;
  if (id === 'user') return 'set the user to root';
  return `take out ${id}`;
}
