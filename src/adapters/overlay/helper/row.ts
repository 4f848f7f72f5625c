import type { Frame } from './helper-dialogue.ts';

/** One entry of a folder of the engine's machine, as a helper lists it. Texts have one character per byte. */
export interface Row {
  /** From the root, without a slash at its start. */
  readonly path: string;
  /** `f`, `d`, `l`, `p`, `s`, `b`, `c`; `w` for the overlay's mark of a deletion. */
  readonly type: string;
  /** Bytes of a file. */
  readonly size: number;
  /** Bytes on disk. */
  readonly allocated: number;
  /** Seconds of its last write. */
  readonly modified: number;
  /** True if that time has a fraction of a second. */
  readonly fine: boolean;
  /** Last change of the inode: seconds with nanoseconds, as text, comparable if both have ten digits before the point. */
  readonly ctime: string;
  /** Target of a symlink. */
  readonly target: string;
  /** True for a folder of an overlay that hides everything below it in other layers. */
  readonly opaque: boolean;
  /** True if content or name are in another layer: an overlay with metacopy or redirects. */
  readonly partial: boolean;
  /** Names of its extended attributes, without the overlay's own. */
  readonly attributes: readonly string[];
  /** What the helper's own image has at the same path, if the request compares. */
  readonly twin: Twin | undefined;
  /** Identifies a file with several names, if the request asks for that. */
  readonly inode: number | undefined;
  /** Number of its layer, if the request lists several. */
  readonly layer: number | undefined;
}

export interface Twin {
  /** True if owner, mode, size and target are the same. */
  readonly same: boolean;
  readonly folder: boolean;
  /** True for a file that is the same, came with a folder that changed, and has other content. */
  readonly differs: boolean;
}

/** A path of a comparison; without a row, only the helper's own image has it. */
export interface Found {
  readonly path: string;
  readonly row?: Row;
}

/** Reads a row of the helper (frame r in helper-protocol.ts). */
export function readRow(text: string, layer?: number): Row {
  const fields = text.split('\0');
  const [path = '', type = '', , size = '', blocks = '', modified = '', ctime = '', target = '', marks = ''] = fields;
  const [names = '', inode = ''] = [fields[9], fields[10]];
  const same = marks.includes('s');
  return {
    path,
    type,
    size: type === 'f' ? Number(size) : 0,
    allocated: Number(blocks) * 512,
    modified: Number(modified),
    fine: marks.includes('n'),
    ctime,
    target,
    opaque: marks.includes('y'),
    partial: marks.includes('r'),
    attributes: names === '' ? none : names.split(','),
    twin: same || marks.includes('t') ? { same, folder: marks.includes('d'), differs: marks.includes('c') } : undefined,
    inode: inode === '' ? undefined : Number(inode),
    layer,
  };
}

const none: readonly string[] = [];

/** The path that a frame of a comparison names, if it names one. */
export function readFound({ kind, text }: Frame, layer?: number): Found | undefined {
  if (kind === 'p') return { path: text.slice(0, text.indexOf('\0')) };
  if (kind !== 'r') return undefined;
  const row = readRow(text, layer);
  return { path: row.path, row };
}
