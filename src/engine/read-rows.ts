/** One entry of a file system, as `find` sees it. Texts have one character per byte. */
export interface Row {
  /** From the root, without a slash at its start. */
  readonly path: string;
  /** `f`, `d`, `l`, `p`, `s`, `b`, `c`; `w` for the overlay's mark of a deletion. */
  readonly type: string;
  /** Everything about it that a version keeps, time and content aside: owner, mode, size, target. */
  readonly facts: string;
  /** Bytes. */
  readonly size: number;
  /** Bytes on disk. */
  readonly allocated: number;
  /** Whole seconds since the epoch. */
  readonly mtime: number;
  /** True where the time has a part below a second. */
  readonly fine: boolean;
  /** When the inode changed last: seconds with nanoseconds, as text, comparable where both have ten digits before the point. */
  readonly ctime: string;
  /** Which file it is, of those with several names; absent where it has one, or where that was not asked for. */
  readonly inode?: number;
}

/** For `find -printf`. Sizes of folders mean nothing, and owners of links little. */
export const rowFormat = String.raw`%p\0%y\0%U:%G:%m\0%s\0%b\0%T@\0%C@\0%l\0`;
const fields = 8;

/** Reads what `find` printed with `rowFormat`, as it comes. */
export async function* readRows(source: AsyncIterable<Buffer>): AsyncGenerator<Row> {
  let rest = '';
  for await (const chunk of source) {
    const parts = (rest + chunk.toString('latin1')).split('\0');
    const whole = Math.floor((parts.length - 1) / fields) * fields;
    for (let at = 0; at < whole; at += fields) yield toRow(parts.slice(at, at + fields));
    rest = parts.slice(whole).join('\0');
  }
  if (rest !== '') throw new Error('the list of files ended early');
}

function toRow([
  path = '',
  type = '',
  owner = '',
  size = '',
  blocks = '',
  mtime = '',
  ctime = '',
  link = '',
]: string[]): Row {
  return {
    path: path.replace(/^\.\//, ''),
    type,
    facts: `${type} ${owner} ${type === 'f' ? size : ''} ${link}`,
    size: type === 'f' ? Number(size) : 0,
    allocated: Number(blocks) * 512,
    mtime: Math.floor(Number(mtime)),
    fine: /\.\d*[1-9]/.test(mtime),
    ctime,
  };
}
