import { countShared } from '../../../model/count-shared.ts';
import type { DriftFile, DriftFiles } from '../../../model/drift.ts';

/** Files packed into one string. */
const pieceSize = 500;

const kinds: Readonly<Record<string, DriftFile['change']>> = { a: 'added', m: 'modified', d: 'deleted' };

/**
 * Changed paths in some 20 bytes each, since there may be a million: each path
 * is stored as its difference from the one before.
 */
export class FileList implements DriftFiles {
  readonly #packed: string[] = [];
  #last: DriftFile[] = [];

  get length(): number {
    return this.#packed.length * pieceSize + this.#last.length;
  }

  push(file: DriftFile): void {
    this.#last.push(file);
    if (this.#last.length < pieceSize) return;
    this.#packed.push(pack(this.#last));
    this.#last = [];
  }

  *[Symbol.iterator](): Generator<DriftFile> {
    for (const piece of this.#packed) yield* unpack(piece);
    yield* this.#last;
  }
}

/** Change, length of the shared prefix, space, bytes, space, rest of the path; separated by NUL. */
function pack(files: readonly DriftFile[]): string {
  let last = '';
  const rows = files.map(({ path, change, bytes }) => {
    const shared = countShared(last, path);
    last = path;
    return `${change.charAt(0)}${String(shared)} ${String(bytes ?? '')} ${path.slice(shared)}`;
  });
  return rows.join('\0');
}

function* unpack(piece: string): Generator<DriftFile> {
  let path = '';
  for (const row of piece.split('\0')) {
    const first = row.indexOf(' ');
    const second = row.indexOf(' ', first + 1);
    path = path.slice(0, Number(row.slice(1, first))) + row.slice(second + 1);
    const bytes = row.slice(first + 1, second);
    const change = kinds[row.charAt(0)] ?? 'modified';
    yield { path, change, ...(bytes !== '' && { bytes: Number(bytes) }) };
  }
}
