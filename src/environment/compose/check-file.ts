import { asMapNode, ComposeProblem, unknownKey, type MapNode } from './node.ts';
import { cannotKeep } from './read-limits.ts';

/** Checks what a compose file says besides its services: only plain volumes and networks can be kept. */
export function checkFile(root: MapNode): void {
  for (const [name, entry] of root.entries) {
    if (name === 'include') throw cannotKeep(entry, name);
    // Configs, secrets and models count where a service uses them.
    const known = ['services', 'volumes', 'networks', 'version', 'name', 'configs', 'secrets', 'models'];
    if (!known.includes(name) && !name.startsWith('x-')) throw unknownKey(entry, name);
  }
  for (const kind of ['volumes', 'networks'] as const)
    for (const [name, { value }] of asMapNode(root.entries.get(kind)?.value)) checkPlain(kind, name, asMapNode(value));
}

function checkPlain(kind: 'volumes' | 'networks', name: string, keys: ReturnType<typeof asMapNode>): void {
  for (const [key, entry] of keys) {
    const { value } = entry;
    const text = value.kind === 'text' ? value.text : '';
    const plain =
      key.startsWith('x-') ||
      (key === 'driver' && text === (kind === 'volumes' ? 'local' : 'bridge')) ||
      (key === 'external' && text === 'false') ||
      (key === 'internal' && text === 'false') ||
      (key === 'driver_opts' && value.kind !== 'text' && asMapNode(value).size === 0);
    if (!plain) throw cannotKeep(entry, `${kind}.${name}.${key}`);
  }
}

/** Names of the volumes that a file declares. */
export const listVolumes = (root: MapNode): readonly string[] => {
  const volumes = root.entries.get('volumes')?.value;
  if (volumes !== undefined && volumes.kind !== 'map' && volumes.kind !== 'empty')
    throw new ComposeProblem(volumes, 'this is no map', 'a map of volumes');
  return [...asMapNode(volumes).keys()];
};
