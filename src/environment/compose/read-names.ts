import { reservedNames } from '../checks/check-services.ts';
import { quote } from '../problem.ts';
import { asMapNode, ComposeProblem, type Node } from './node.ts';
import { cannotKeep } from './read-limits.ts';
import { readForms, type Reading } from './read-values.ts';

export const hostForm = /^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9])?$/;

/** Names on the network. */
export function readNames(node: Node, reading: Reading): readonly string[] {
  const names = readForms(node, reading, hostForm, 'a host name');
  const taken = names.find((name) => Object.hasOwn(reservedNames, name));
  if (taken === undefined) return names;
  throw new ComposeProblem(node, `a service cannot have the name ${quote(taken)}: ${reservedNames[taken] ?? ''}`);
}

/** All services of a workspace share its network: what is left of networks are further names. */
export function readAliases(node: Node, reading: Reading): readonly string[] {
  if (node.kind !== 'map') return [];
  return [...node.entries].flatMap(([, { value }]) =>
    [...asMapNode(value)].flatMap(([key, entry]) => {
      if (key !== 'aliases') throw cannotKeep(entry, `${key} of a network`);
      return readNames(entry.value, reading);
    }),
  );
}
