import type { LayerWeight } from '../ports/layers.ts';
import type { Row } from './read-rows.ts';

export interface Layer {
  /** Its entries, deletions as type `w`. */
  readonly rows: readonly Row[];
  /** Folders of it that hide what lies below them. */
  readonly opaque: ReadonlySet<string>;
}

export interface Stack {
  /** What the layers show together, by path, with the index of the layer that it is in. */
  readonly rows: ReadonlyMap<string, { readonly row: Row; readonly layer: number }>;
  /** Folders that hide what lies below all of the layers. */
  readonly opaque: ReadonlySet<string>;
  /** In the order of the layers. A file with several names counts for each of them. */
  readonly weights: readonly LayerWeight[];
}

/** What layers, the oldest first, come to when each lies on the one before: of every path the topmost entry counts. */
export function stackLayers(layers: readonly Layer[]): Stack {
  const rows = new Map<string, { readonly row: Row; readonly layer: number }>();
  const opaque = new Set<string>();
  /** Paths at and below which older layers are hidden. */
  const closed = new Set<string>();
  const weights: LayerWeight[] = [];
  for (const [layer, { rows: own, opaque: hiding }] of [...layers.entries()].reverse()) {
    const closing: string[] = [];
    let [live, dead] = [0, 0];
    for (const row of own) {
      if (isClosed(row.path, closed)) {
        dead += row.size;
        continue;
      }
      const above = rows.get(row.path);
      if (above === undefined) {
        rows.set(row.path, { row, layer });
        live += row.size;
      } else dead += row.size;
      if (row.type !== 'd') closing.push(row.path);
      // What stood in this folder's place went with all that lay below it.
      if (hiding.has(row.path) || (row.type !== 'd' && above !== undefined)) {
        opaque.add(row.path);
        closing.push(row.path);
      }
    }
    for (const path of closing) closed.add(path);
    weights.unshift({ live, dead });
  }
  return { rows, opaque, weights };
}

function isClosed(path: string, closed: ReadonlySet<string>): boolean {
  for (let at = path; at !== ''; at = at.slice(0, Math.max(at.lastIndexOf('/'), 0))) if (closed.has(at)) return true;
  return false;
}
