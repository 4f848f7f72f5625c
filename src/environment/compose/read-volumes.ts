import { posix } from 'node:path';
import type { Tmpfs } from '../../model/service.ts';
import type { VolumeMount } from '../../model/workspace.ts';
import { nameVolume, normaliseTmpfs } from '../normalise-workspace.ts';
import { quote } from '../problem.ts';
import { asListNode, asMapNode, ComposeProblem, unknownKey, type Node, type Spot } from './node.ts';
import { readFlag, readForm, readPlace, readSize, readText, readTexts, type Reading } from './read-values.ts';

/** The `volumes` of a service, by how devenv mounts them. */
interface WrittenVolumes {
  readonly volumes: readonly VolumeMount[];
  readonly tmpfs: readonly Tmpfs[];
  /** One of them is the engine's own socket. */
  readonly engineSocket: boolean;
}

type Written = { readonly volume: VolumeMount } | { readonly tmpfs: Tmpfs } | 'socket';

/** Volumes in short and long form; of several at one place, the last counts. `owner`: the service. */
export function readVolumes(node: Node, owner: string, reading: Reading): WrittenVolumes {
  const found = new Map<string, Written>();
  for (const item of asListNode(node)) {
    const [target, written] = item.kind === 'map' ? readLong(item, owner, reading) : readShort(item, owner, reading);
    found.set(target, written);
  }
  const all = [...found.values()];
  return {
    volumes: all.flatMap((one) => (one !== 'socket' && 'volume' in one ? [one.volume] : [])),
    tmpfs: all.flatMap((one) => (one !== 'socket' && 'tmpfs' in one ? [one.tmpfs] : [])),
    engineSocket: all.includes('socket'),
  };
}

/** `tmpfs` of a service: one path or a list, each with options. */
export const readTmpfs = (node: Node, reading: Reading): readonly Tmpfs[] =>
  readTexts(node, reading).map((text) => {
    const good = /^\/[^:]*(?::(?:(?:size=\d+[kmgt]?b?|mode=[0-7]{3,4})(?:,|$))*)?$/.test(text);
    if (!good) throw new ComposeProblem(node, `${quote(text)} is not allowed`, 'a path such as /run:size=64m,mode=755');
    return normaliseTmpfs(text);
  });

/** Options without an effect here: files are shared as they are, and devenv sees to SELinux. */
const harmless = new Set(['rw', 'cached', 'delegated', 'consistent', 'z', 'Z']);

function readShort(node: Node, owner: string, reading: Reading): [string, Written] {
  const [source = '', target, options = ''] = readText(node, reading).split(':');
  if (target === undefined) {
    const place = readPlace(source, node);
    return [place, { volume: unnamed(node, owner, place, reading) }];
  }
  const flags = options.split(',').filter((one) => one !== '');
  const odd = flags.find((one) => one !== 'ro' && !harmless.has(one));
  if (odd !== undefined) throw new ComposeProblem(node, `the option ${quote(odd)} of a volume cannot be kept`);
  const place = readPlace(target, node);
  return [place, resolve(node, source, place, flags.includes('ro'), reading)];
}

function readLong(node: Node, owner: string, reading: Reading): [string, Written] {
  const map = asMapNode(node);
  const text = (key: string): string => (map.has(key) ? readText(map.get(key)?.value ?? node, reading) : '');
  for (const [name, entry] of map) {
    const options = {
      bind: ['create_host_path', 'selinux', 'propagation'],
      volume: ['nocopy'],
      tmpfs: ['size', 'mode'],
    }[name];
    if (options !== undefined) {
      for (const [option, inner] of asMapNode(entry.value))
        if (!options.includes(option)) throw unknownKey(inner, option);
    } else if (!['type', 'source', 'target', 'read_only', 'consistency'].includes(name) && !name.startsWith('x-')) {
      throw unknownKey(entry, name);
    }
  }
  const target = readPlace(text('target'), node);
  const readOnly = map.has('read_only') && readFlag(map.get('read_only')?.value ?? node, reading);
  const type = text('type');
  if (type === 'tmpfs') {
    const options = asMapNode(map.get('tmpfs')?.value);
    const [size, mode] = [options.get('size')?.value, options.get('mode')?.value];
    return [
      target,
      {
        tmpfs: {
          target,
          ...(size !== undefined && { size: readSize(size, reading) }),
          ...(mode !== undefined && {
            mode: Number.parseInt(readForm(mode, reading, /^0?[0-7]{3,4}$/, 'a mode such as 0755'), 8),
          }),
        },
      },
    ];
  }
  const source = text('source');
  if (type === 'volume' && source === '') return [target, { volume: unnamed(node, owner, target, reading) }];
  if (type === 'volume') return [target, { volume: named(node, source, target, readOnly, reading) }];
  if (type === 'bind') return [target, bind(node, source, target, readOnly, reading)];
  throw new ComposeProblem(node, `a volume of the type ${quote(type)} cannot be kept`, 'bind, volume or tmpfs');
}

/** A volume that is named after its place. Its name must not be that of one that the file declares. */
function unnamed(node: Node, owner: string, target: string, { volumes }: Reading): VolumeMount {
  const volume = nameVolume(owner, target);
  if (!volumes.has(volume.source)) return volume;
  throw new ComposeProblem(node, `the file declares a volume of the name that this one gets, ${quote(volume.source)}`);
}

const trim = (path: string): string => (path === '/' ? path : path.replace(/\/+$/, ''));

function resolve(node: Node, source: string, target: string, readOnly: boolean, reading: Reading): Written {
  if (/^(?:[./~]|$)/.test(source)) return bind(node, source, target, readOnly, reading);
  return { volume: named(node, source, target, readOnly, reading) };
}

function named(node: Spot, source: string, target: string, readOnly: boolean, { volumes }: Reading): VolumeMount {
  if (!volumes.has(source)) throw new ComposeProblem(node, `the volume ${quote(source)} is not declared in "volumes"`);
  return { kind: 'volume', source, target, readOnly };
}

/** A folder or file: of the project if it lies there, else of the machine. */
function bind(node: Node, source: string, target: string, readOnly: boolean, { folder }: Reading): Written {
  if (/^\/(?:var\/)?run\/docker\.sock$/.test(source)) {
    if (target === '/var/run/docker.sock' || target === '/run/docker.sock') return 'socket';
    throw new ComposeProblem(node, "the engine's socket can only be at /var/run/docker.sock");
  }
  if (source === '' || /^~(?!\/[^/])|^~.*\/\.\.(?:\/|$)/.test(source))
    throw new ComposeProblem(
      node,
      `the path ${quote(source)} cannot be kept`,
      'a path in the project, one below ~/, or an absolute one',
    );
  const path = /^~?\//.test(source) ? posix.normalize(source) : posix.join(folder, node.file.folder, source);
  const plain = trim(path);
  if (plain === folder) return { volume: { kind: 'folder', source: '.', target, readOnly } };
  if (plain.startsWith(`${folder}/`))
    return { volume: { kind: 'folder', source: plain.slice(folder.length + 1), target, readOnly } };
  return { volume: { kind: 'host', source: plain, target, readOnly } };
}
