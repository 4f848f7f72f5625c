import { defaultNetwork } from '../../model/environment.ts';
import type { Attachment } from '../../model/workspace.ts';
import { reservedNames } from '../checks/check-services.ts';
import { quote } from '../problem.ts';
import { asListNode, asMapNode, ComposeProblem, type Node } from './node.ts';
import { cannotKeep } from './read-limits.ts';
import { readForms, readText, type Reading } from './read-values.ts';

export const hostForm = /^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9])?$/;

/** Names on the network. */
export function readNames(node: Node, reading: Reading): readonly string[] {
  const names = readForms(node, reading, hostForm, 'a host name');
  const taken = names.find((name) => Object.hasOwn(reservedNames, name));
  if (taken === undefined) return names;
  throw new ComposeProblem(node, `a service cannot have the name ${quote(taken)}: ${reservedNames[taken] ?? ''}`);
}

/** The networks of a service: a list of names, or a map with further names on each. Undefined: the default one. */
export function readAttachments(node: Node, reading: Reading): readonly Attachment[] | undefined {
  const found =
    node.kind === 'map'
      ? [...node.entries].map(([network, { key, value }]) => ({
          network,
          at: key,
          aliases: readAliases(value, reading),
        }))
      : asListNode(node).map((item) => ({ network: readText(item, reading), at: item, aliases: [] }));
  const unknown = found.find(({ network }) => !reading.networks.has(network) && network !== defaultNetwork);
  if (unknown !== undefined) throw new ComposeProblem(unknown.at, `there is no network ${quote(unknown.network)}`);
  return found.length === 0 ? undefined : found.map(({ network, aliases }) => ({ network, aliases }));
}

const readAliases = (node: Node, reading: Reading): readonly string[] =>
  [...asMapNode(node)].flatMap(([key, entry]) => {
    if (key !== 'aliases') throw cannotKeep(entry, `${key} of a network`);
    return readNames(entry.value, reading);
  });
