import type { LargeFile, LargeFiles, PartFile } from '../../src/ports/large-files.ts';

/** Large files in memory. */
export class FakeLargeFiles implements LargeFiles {
  readonly files = new Map<string, Buffer>();
  /** Bytes after which a write fails, as on a full disk. */
  room = Infinity;

  async open(path: string): Promise<LargeFile | undefined> {
    const bytes = this.files.get(path);
    return bytes && readable(() => bytes);
  }

  async openPart(path: string): Promise<PartFile> {
    const part = `${path}.part`;
    let bytes = this.files.get(part) ?? Buffer.alloc(0);
    const put = (next: Buffer): void => {
      bytes = next;
      this.files.set(part, next);
    };
    return {
      ...readable(() => bytes),
      write: async (position, written) => {
        const end = position + written.byteLength;
        if (end > this.room) throw new Error('the disk is full');
        const next = Buffer.alloc(Math.max(end, bytes.length));
        bytes.copy(next);
        next.set(written, position);
        put(next);
      },
      finish: async (size) => {
        this.files.set(path, bytes.subarray(0, size));
        this.files.delete(part);
      },
    };
  }
}

const readable = (bytes: () => Buffer): LargeFile => ({
  get size() {
    return bytes().length;
  },
  read: async (position, length) => bytes().subarray(position, position + length),
  close: async () => undefined,
});
