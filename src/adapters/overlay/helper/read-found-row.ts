import type { Row } from './row.ts';

/** An entry as a helper finds it in a folder of the engine's machine. */
export interface FoundRow extends Row {
  /** True for a folder of an overlay that hides what lies below it. */
  readonly opaque: boolean;
  /** True where content or name are those of another layer: an overlay with metacopy or redirects. */
  readonly partial: boolean;
  /** Target of a symlink. */
  readonly target: string;
  /** Names of its extended attributes, the overlay's own left out. */
  readonly attributes: readonly string[];
  /** What the helper's own image has in its place, where that was asked for. */
  readonly twin: Twin | undefined;
}

export interface Twin {
  /** True where owner, mode, size and target are the same. */
  readonly same: boolean;
  readonly folder: boolean;
  /** True for a file that is the same, came with a folder that changed, and has other content. */
  readonly differs: boolean;
}

/** Reads a row of the helper (frame r in helper-protocol.ts). `layer`: its layer, if there are several. */
export function readFoundRow(text: string, layer?: number): FoundRow {
  const fields = text.split('\0');
  const [path = '', type = '', , size = '', blocks = '', , ctime = '', target = '', marks = ''] = fields;
  const [names = '', inode = ''] = [fields[9], fields[10]];
  const same = marks.includes('s');
  const row: Writable<FoundRow> = {
    path,
    type,
    size: type === 'f' ? Number(size) : 0,
    allocated: Number(blocks) * 512,
    fine: marks.includes('n'),
    ctime,
    target,
    opaque: marks.includes('y'),
    partial: marks.includes('r'),
    attributes: names === '' ? none : names.split(','),
    twin: same || marks.includes('t') ? { same, folder: marks.includes('d'), differs: marks.includes('c') } : undefined,
  };
  if (inode !== '') row.inode = Number(inode);
  if (layer !== undefined) row.layer = layer;
  return row;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

const none: readonly string[] = [];
