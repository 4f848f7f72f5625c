import type { Lock, Version } from '../model/version.ts';
import { formatSize } from './format-size.ts';
import { renderTable } from './render-table.ts';

/** Versions, newest first, the current one marked. */
export function renderHistory(lock: Lock): string {
  const rows = [...lock.versions].reverse().map((version) => describe(version, version.number === lock.current));
  return renderTable(['', 'VERSION', 'KIND', 'DATE', 'AUTHOR', 'SIZE', 'PUSHED', 'MESSAGE'], rows);
}

function describe(version: Version, current: boolean): readonly string[] {
  return [
    current ? '*' : '',
    String(version.number),
    version.kind,
    version.date.slice(0, 10),
    version.author.replace(/ <.*>$/, ''),
    formatSize(version.size),
    version.digest === undefined ? 'no' : 'yes',
    version.message,
  ];
}
