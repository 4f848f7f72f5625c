import type { Snapshot } from '../model/snapshot.ts';
import { formatSize } from './format-size.ts';

const causes: Readonly<Record<Snapshot['cause'], string>> = {
  hand: 'by hand',
  destroy: 'before destroy',
  reset: 'before reset',
  restore: 'before a restore',
};

/** Why it was taken, in a few words. */
export const describeCause = ({ cause }: Snapshot): string => causes[cause];

/** What is in it: `version 3 and what was added, volumes pgdata 1.1 GB`. */
export function describeContent({ container, volumes }: Snapshot): string {
  const names = volumes.map(
    (volume) =>
      `${volume.kind === 'named' ? volume.name : `${volume.service}:${volume.target}`} ${formatSize(volume.bytes)}`,
  );
  return [
    ...(container === undefined
      ? []
      : [`version ${String(container.version)}${container.drift === undefined ? '' : ' and what was changed since'}`]),
    ...(names.length === 0 ? [] : [`volumes: ${names.join(', ')}`]),
  ].join('; ');
}
