import type { Environment } from '../../model/environment.ts';
import type { ItemsDelta } from '../../model/item.ts';
import { nameOf } from '../../providers/compare-items.ts';
import { providerOf } from '../../providers/registry.ts';
import type { Edit } from './apply-edit.ts';

interface Declaration {
  readonly edits: readonly Edit[];
  /** Edits that only a person can make, in words. */
  readonly byHand: readonly string[];
}

/** The edits that apply `delta` to devenv.yaml. `environment`: the current content of the file. */
export function planDeclaration(environment: Environment, delta: ItemsDelta): Declaration {
  const planned = [
    ...Object.entries(delta.set).map(([id, value]) => planSet(environment, id, value)),
    ...delta.unset.map((id) => planUnset(environment, id)),
  ];
  const edits = planned.filter((edit) => typeof edit !== 'string');
  // An index is valid only until an entry before it is removed.
  const order = { set: 0, remove: 1, add: 2 };
  return {
    edits: edits.sort((a, b) => order[a.kind] - order[b.kind] || lastIndex(b) - lastIndex(a)),
    byHand: planned.filter((edit) => typeof edit === 'string'),
  };
}

const lastIndex = ({ kind, path }: Edit): number => (kind === 'remove' ? Number(path.at(-1)) || 0 : 0);

/** Text if only a person can do it. */
function planSet(environment: Environment, id: string, value: string): Edit | string {
  if (id === 'base') return `set the base to: ${value.split('\n', 1)[0] ?? ''}`;
  const provider = providerOf(id);
  if (provider === undefined) return `declare ${id} ${value}`;
  const { name, declaration } = provider;
  switch (declaration.kind) {
    case 'key':
      return { kind: 'set', path: declaration.path(nameOf(id)), value };
    case 'by hand':
      return declaration.set(nameOf(id), value);
    case 'entry': {
      const entry = declaration.print(nameOf(id), value);
      const known = environment[declaration.key].some((one) => one.name === nameOf(id));
      return entry === undefined || known
        ? declaration.set(nameOf(id), value)
        : { kind: 'add', path: [declaration.key], value: entry };
    }
    case 'list': {
      const index = findEntry(environment, name, declaration.parse, nameOf(id));
      const entry = declaration.print(nameOf(id), value);
      return index === -1
        ? { kind: 'add', path: ['packages', name], value: entry }
        : { kind: 'set', path: ['packages', name, index], value: entry };
    }
  }
}

function planUnset(environment: Environment, id: string): Edit | string {
  const provider = providerOf(id);
  const inWords = `remove ${id}`;
  if (provider === undefined) return inWords;
  const { name, declaration } = provider;
  switch (declaration.kind) {
    case 'key':
      return declaration.unset === 'remove'
        ? { kind: 'remove', path: declaration.path(nameOf(id)) }
        : declaration.unset.byHand;
    case 'by hand':
      return declaration.unset(nameOf(id));
    case 'entry': {
      const index = environment[declaration.key].findIndex((one) => one.name === nameOf(id));
      return index === -1 ? inWords : { kind: 'remove', path: [declaration.key, index] };
    }
    case 'list': {
      const index = findEntry(environment, name, declaration.parse, nameOf(id));
      const value = environment.packages[name]?.[index];
      return value === undefined ? inWords : { kind: 'remove', path: ['packages', name], value };
    }
  }
}

const findEntry = (
  { packages }: Environment,
  provider: string,
  parse: (entry: string) => { readonly name: string },
  name: string,
): number => (packages[provider] ?? []).findIndex((entry) => parse(entry).name === name);
