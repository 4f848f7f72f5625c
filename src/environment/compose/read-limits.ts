import type { Device, Limits } from '../../model/workspace.ts';
import { normaliseCapabilities, normaliseDevice } from '../normalise-workspace.ts';
import { quote } from '../problem.ts';
import { toEntries } from './merge-nodes.ts';
import { asListNode, asMapNode, ComposeProblem, unknownKey, type Entry, type Node } from './node.ts';
import {
  readFlag,
  readForm,
  readForms,
  readNumber,
  readPlace,
  readSize,
  readText,
  readTexts,
  type Reading,
} from './read-values.ts';

type Reader = (value: Node, reading: Reading) => Partial<Limits>;

/** Keys of a service that are `limits` here. */
export const limitReaders: Readonly<Record<string, Reader>> = {
  cpus: (value, reading) => ({ cpus: readNumber(value, reading) }),
  mem_limit: (value, reading) => ({ memory: readSize(value, reading) }),
  shm_size: (value, reading) => ({ shm: readSize(value, reading) }),
  privileged: (value, reading) => ({ privileged: readFlag(value, reading) }),
  cap_add: (value, reading) => ({
    capabilities: normaliseCapabilities(
      readForms(value, reading, /^[A-Za-z][A-Za-z0-9_]{1,40}$/, 'a capability such as SYS_PTRACE'),
    ),
  }),
  devices: (value, reading) => ({ devices: asListNode(value).map((item) => readDevice(item, reading)) }),
  extra_hosts: (value, reading) => ({
    extraHosts: Object.fromEntries(
      [...toEntries('extra_hosts', value)].map(([name, entry]) => {
        if (!/^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9])?$/.test(name))
          throw new ComposeProblem(entry.key, `${quote(name)} is not the name of a host`);
        const form = /^(?:host-gateway|[0-9]{1,3}(?:\.[0-9]{1,3}){3}|\[?[0-9a-fA-F:]*:[0-9a-fA-F:.]*\]?)$/;
        const address = readForm(entry.value, reading, form, 'an address such as 10.0.0.7, or host-gateway');
        return [name, address.replace(/^\[|\]$/g, '')];
      }),
    ),
  }),
  ulimits: (value, reading) => ({
    ulimits: Object.fromEntries(
      [...asMapNode(value)].map(([name, entry]) => {
        if (!/^[a-z]{3,12}$/.test(name)) throw unknownKey(entry, name);
        return [name, readUlimit(entry, reading)];
      }),
    ),
  }),
  deploy: readDeploy,
};

function readDevice(node: Node, reading: Reading): Device {
  const text = readForm(node, reading, /^\/dev\/[^:]+(?::\/[^:]+(?::[rwm]{1,3})?)?$/, 'a device such as /dev/fuse');
  const device = normaliseDevice(text);
  const [source, target] = [readPlace(device.source, node), readPlace(device.target, node)];
  if (!source.startsWith('/dev/')) throw new ComposeProblem(node, `${quote(device.source)} is not a device`);
  return { ...device, source, target };
}

function readUlimit({ value }: Entry, reading: Reading): number {
  if (value.kind !== 'map') return readNumber(value, reading);
  const [soft, hard] = ['soft', 'hard'].map((key) => {
    const entry = value.entries.get(key);
    return entry === undefined ? undefined : readNumber(entry.value, reading);
  });
  if (soft === undefined || soft !== hard)
    throw new ComposeProblem(value, 'a soft limit that differs from the hard one cannot be kept');
  return soft;
}

/** `resources.limits` and graphics processors of `deploy`; the rest is about clusters. */
function readDeploy(node: Node, reading: Reading): Partial<Limits> {
  let found: Partial<Limits> = {};
  for (const [name, entry] of asMapNode(node)) {
    if (name === 'replicas' && readText(entry.value, reading) === '1') continue;
    if (name !== 'resources') throw cannotKeep(entry, `deploy.${name}`);
    for (const [part, inner] of asMapNode(entry.value)) {
      for (const [key, one] of asMapNode(inner.value)) {
        if (part === 'limits' && key === 'cpus') found = { ...found, cpus: readNumber(one.value, reading) };
        else if (part === 'limits' && key === 'memory') found = { ...found, memory: readSize(one.value, reading) };
        else if (part === 'reservations' && key === 'devices') found = { ...found, gpus: readGpus(one, reading) };
        // A reservation is for the scheduler of a cluster: one machine has none.
        else if (part !== 'reservations' || !['cpus', 'memory'].includes(key)) throw unknownKey(one, key);
      }
    }
  }
  return found;
}

function readGpus(entry: Entry, reading: Reading): boolean {
  return asListNode(entry.value).every((device) => {
    const kinds = asMapNode(device).get('capabilities')?.value;
    if (kinds !== undefined && readTexts(kinds, reading).includes('gpu')) return true;
    throw cannotKeep(entry, 'devices other than graphics processors');
  });
}

/** A key that Compose has and devenv does not. */
export const cannotKeep = ({ key }: Pick<Entry, 'key'>, name: string): ComposeProblem =>
  new ComposeProblem(key, `${quote(name)} cannot be kept`);
