import type { Environment } from '../../model/environment.ts';
import type { ItemsDelta } from '../../model/item.ts';
import { nameOf } from '../../providers/compare-items.ts';
import { providerOf } from '../../providers/registry.ts';
import type { Edit } from './apply-edit.ts';

export interface Declaration {
  readonly edits: readonly Edit[];
  /** What cannot be edited by a program, since an item does not say all that the file has to: in words. */
  readonly byHand: readonly string[];
}

/**
 * The edits of devenv.yaml that make it ask for `delta` more, and less, than
 * it does. `environment`: what the file says now.
 */
export function planDeclaration(environment: Environment, delta: ItemsDelta): Declaration {
  const planned = [
    ...Object.entries(delta.set).map(([id, value]) => planSet(environment, id, value)),
    ...delta.unset.map((id) => planUnset(environment, id)),
  ];
  const edits = planned.filter((edit) => typeof edit !== 'string');
  // An index counts only as long as nothing before it was removed.
  const order = { set: 0, remove: 1, add: 2 };
  return {
    edits: edits.sort((a, b) => order[a.kind] - order[b.kind]),
    byHand: planned.filter((edit) => typeof edit === 'string'),
  };
}

/** In words, if only a person can do it. */
function planSet(environment: Environment, id: string, value: string): Edit | string {
  if (id === 'base') return `set the base to: ${value}`;
  const provider = providerOf(id);
  if (provider === undefined) return `ask for ${id} ${value}`;
  const { name, declaration } = provider;
  switch (declaration.kind) {
    case 'key':
      return { kind: 'set', path: declaration.path, value };
    case 'by hand':
      return declaration.set(nameOf(id), value);
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
  const inWords = `take out ${id}`;
  if (provider === undefined) return inWords;
  const { name, declaration } = provider;
  switch (declaration.kind) {
    case 'key':
      return declaration.unset === 'remove' ? { kind: 'remove', path: declaration.path } : declaration.unset.byHand;
    case 'by hand':
      return declaration.unset(nameOf(id));
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
