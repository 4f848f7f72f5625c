import { pathFromLatin1, showPath } from '../../../model/byte-path.ts';
import { DevenvError } from '../../../errors/devenv-error.ts';
import { cleanText } from '../../docker/connection/clean-text.ts';
import type { Row } from '../helper/row.ts';

const big = 1024 ** 3;
/** Characters of a path in a message. */
const shown = 200;
/** Files that an error names in its data. */
const mostNamed = 1000;

/** Bytes of a path that every engine keeps: the kernel takes 4,095, the engine's own folder in front included. */
const longestPath = 3900;
/** Bytes of such a path with the engine's own folder. */
const longestTogether = 4080;

/**
 * Files that an image would lose or change, so that a capture refuses them.
 * `folder` is the engine's own: it puts that in front of each path, and drops
 * paths that are too long then.
 */
export class UnkeptList {
  readonly #limit: number;
  readonly #reserved = new Named();
  readonly #long = new Named();
  readonly #sparse = new Named();

  constructor(folder: string) {
    this.#limit = Math.min(longestPath, longestTogether - folder.length);
  }

  add(row: Row): void {
    const { path, type, size, allocated } = row;
    if (type !== 'w' && path.includes('.wh.') && /(^|\/)\.wh\.[^/]*$/.test(path)) this.#reserved.add(row);
    if (type !== 'w' && path.length >= this.#limit) this.#long.add(row);
    if (type === 'f' && size > big && allocated < size / 2) this.#sparse.add(row);
  }

  /** Throws RESERVED_NAME, LONG_PATH or SPARSE_FILE if such a file was added. */
  refuse(): void {
    const state = 'Nothing was captured; the workspace is as it was.';
    if (this.#reserved.count > 0) {
      throw new DevenvError('RESERVED_NAME', `In an image ${this.#reserved.show()} would delete another file.`, {
        hint: 'Rename it, or list it under `commit.exclude` in devenv.yaml.',
        state,
        data: { paths: this.#reserved.paths },
      });
    }
    if (this.#long.count > 0) {
      const limit = String(this.#limit);
      throw new DevenvError('LONG_PATH', `Engines lose paths of more than ${limit} bytes: ${this.#long.show()}.`, {
        hint: 'Move it up, or list a folder above it under `commit.exclude` in devenv.yaml.',
        state,
        data: { paths: this.#long.paths },
      });
    }
    if (this.#sparse.count === 0) return;
    throw new DevenvError(
      'SPARSE_FILE',
      `In an image ${this.#sparse.show()} would take its full size: it is mostly holes.`,
      {
        hint: 'Delete it, or list it under `commit.exclude` in devenv.yaml.',
        state,
        data: {
          files: this.#sparse.rows.map(({ path, size, allocated }) => ({
            path: `/${cleanText(path)}`,
            size,
            allocated,
          })),
        },
      },
    );
  }
}

/** Counts rows, and keeps the first ones. */
class Named {
  readonly rows: Row[] = [];
  count = 0;

  get paths(): readonly string[] {
    return this.rows.map(({ path }) => `/${cleanText(path)}`);
  }

  add(row: Row): void {
    this.count += 1;
    if (this.rows.length < mostNamed) this.rows.push(row);
  }

  show(): string {
    const [first] = this.rows;
    const size = first !== undefined && first.size > big ? ` (${(first.size / big).toFixed(1)} GB)` : '';
    const rest = this.count <= 1 ? '' : ` and ${String(this.count - 1)} more`;
    const path = cleanText(showPath(pathFromLatin1(first?.path ?? '')));
    return `/${path.length > shown ? `${path.slice(0, shown)}…` : path}${size}${rest}`;
  }
}
