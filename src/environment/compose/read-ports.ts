import type { PortMapping } from '../../model/workspace.ts';
import { quote } from '../problem.ts';
import { asListNode, asMapNode, ComposeProblem, unknownKey, type Node } from './node.ts';
import { readText, type Reading } from './read-values.ts';

/** A port, and where it is written. */
export interface WrittenPort {
  readonly node: Node;
  readonly port: PortMapping;
}

/**
 * Ports in short and long form. One without an address is open on the machine
 * itself alone, as in devenv.yaml; one without a port of the host gets a free
 * one: `host` is 0.
 */
export function readPorts(node: Node, reading: Reading): WrittenPort[] {
  return asListNode(node).flatMap((item) => {
    const { address, published, target, protocol } =
      item.kind === 'map' ? readLong(item, reading) : readShort(item, reading);
    const containers = readRange(target, item);
    const hosts = published === '' ? containers.map(() => 0) : readRange(published, item);
    if (!/^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$|^$/.test(address))
      throw new ComposeProblem(item, `${quote(address)} is not an IPv4 address`, 'an address such as 127.0.0.1');
    // A range for one port: the first free one, from its first on.
    const fits = hosts.length === containers.length || containers.length === 1;
    if (!fits) throw new ComposeProblem(item, `the ranges ${published} and ${target} differ in length`);
    return containers.map((container, index) => ({
      node: item,
      port: { address: address === '' ? '127.0.0.1' : address, host: hosts[index] ?? 0, container, protocol },
    }));
  });
}

interface Parts {
  readonly address: string;
  readonly published: string;
  readonly target: string;
  readonly protocol: 'tcp' | 'udp';
}

function readShort(node: Node, reading: Reading): Parts {
  const text = readText(node, reading);
  const form = /^(?:([0-9.]+\.[0-9.]+):)?(?:([0-9]+(?:-[0-9]+)?)?:)?([0-9]+(?:-[0-9]+)?)(?:\/(tcp|udp))?$/;
  const [, address = '', published = '', target, protocol] = form.exec(text) ?? [];
  if (target === undefined)
    throw new ComposeProblem(
      node,
      `${quote(text)} is not allowed`,
      'a port such as 3000, 8080:80 or 127.0.0.1:8080:80',
    );
  return { address, published, target, protocol: protocol === 'udp' ? 'udp' : 'tcp' };
}

function readLong(node: Node, reading: Reading): Parts {
  const parts: Record<string, string> = { host_ip: '', published: '', target: '', protocol: 'tcp', mode: '' };
  for (const [name, entry] of asMapNode(node)) {
    if (name === 'name' || name === 'app_protocol' || name.startsWith('x-')) continue;
    if (!(name in parts)) throw unknownKey(entry, name);
    parts[name] = readText(entry.value, reading);
  }
  const { host_ip = '', published = '', target = '', protocol } = parts;
  if (target === '') throw new ComposeProblem(node, 'the port of the container is missing', '"target"');
  if (protocol !== 'tcp' && protocol !== 'udp')
    throw new ComposeProblem(node, `the protocol ${quote(protocol ?? '')} is not allowed`, 'tcp or udp');
  return { address: host_ip, published, target, protocol };
}

function readRange(text: string, node: Node): number[] {
  const [first = 0, last = first] = text.split('-').map(Number);
  const bad = ![first, last].every((one) => Number.isInteger(one) && one >= 1 && one <= 65_535) || last < first;
  if (bad || last - first > 100)
    throw new ComposeProblem(node, `${quote(text)} is out of range`, 'ports from 1 to 65535');
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
