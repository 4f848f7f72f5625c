import type { Snapshot } from '../model/snapshot.ts';
import { formatSize } from './format-size.ts';

/** The content of a snapshot: `version 3 and later changes; volumes: pgdata 1.1 GB`. */
export function describeContent({ container, volumes }: Snapshot): string {
  const names = volumes.map((volume) => {
    const name = volume.kind === 'named' ? volume.name : `${volume.service}:${volume.target}`;
    return `${name} ${formatSize(volume.bytes)}`;
  });
  const changes = container?.drift === undefined ? '' : ' and later changes';
  return [
    ...(container === undefined ? [] : [`version ${String(container.version)}${changes}`]),
    ...(names.length === 0 ? [] : [`${names.length === 1 ? 'volume' : 'volumes'}: ${names.join(', ')}`]),
  ].join('; ');
}
