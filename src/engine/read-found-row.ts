import type { Row } from './read-rows.ts';

/** An entry as a helper finds it in a folder of the engine's machine. */
export interface FoundRow extends Row {
  /** True for a folder of an overlay that hides what lies below it. */
  readonly opaque: boolean;
  /** True where content or name are those of another layer: an overlay with metacopy or redirects. */
  readonly partial: boolean;
  /** Names of its extended attributes, the overlay's own left out. */
  readonly attributes: readonly string[];
}

/** A row as native/beside.c writes it. */
export function readFoundRow(body: Buffer): FoundRow {
  const fields = body.toString('latin1').split('\0');
  const [path = '', type = '', owner = '', size = '', blocks = '', mtime = '', ctime = '', link = '', marks = ''] =
    fields;
  return {
    path,
    type,
    facts: `${type} ${owner} ${type === 'f' ? size : ''} ${link}`,
    size: type === 'f' ? Number(size) : 0,
    allocated: Number(blocks) * 512,
    mtime: Number(mtime),
    fine: marks.includes('n'),
    ctime,
    opaque: marks.includes('y'),
    partial: marks.includes('r'),
    attributes: (fields[9] ?? '').split(',').filter((name) => name !== ''),
  };
}
