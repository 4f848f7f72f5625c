import type { Found } from '../changes/delta-walk.ts';
import type { Frame } from './helper-dialogue.ts';
import { readFoundRow, type FoundRow } from './read-found-row.ts';

/**
 * Adds what a frame of a comparison holds: an entry with its twin, or what only
 * the own image has; of other frames nothing. `layer`: in which it was found.
 */
export function addFound(found: Found<FoundRow>[], { kind, text }: Frame, layer?: number): void {
  if (kind === 'p') found.push({ path: text.slice(0, text.indexOf('\0')) });
  if (kind !== 'r') return;
  const row = readFoundRow(text, layer);
  found.push({ path: row.path, row, opaque: row.opaque, twin: row.twin });
}
