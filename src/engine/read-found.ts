import type { Found } from './delta-walk.ts';
import type { Frame } from './helper-dialogue.ts';
import { readFoundRow, type FoundRow } from './read-found-row.ts';

/** A frame of a comparison: an entry with its twin, or what only the own image has; nothing of other frames. `layer`: in which it was found. */
export function readFound({ kind, body }: Frame, layer?: number): readonly Found<FoundRow>[] {
  if (kind === 'p') return [{ path: body.toString('latin1', 0, body.indexOf(0)) }];
  if (kind !== 'r') return [];
  const row = readFoundRow(body, layer);
  return [{ path: row.path, row, opaque: row.opaque, twin: row.twin }];
}
