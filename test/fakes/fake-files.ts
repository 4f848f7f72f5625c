import type { HostFiles } from '../../src/ports/host-files.ts';

/** Regular files of this machine, by path. */
export class FakeFiles implements HostFiles {
  readonly #texts: Map<string, string>;

  constructor(texts: Readonly<Record<string, string>>) {
    this.#texts = new Map(Object.entries(texts));
  }

  get(path: string): string | undefined {
    return this.#texts.get(path);
  }

  readText(path: string): Promise<string | undefined> {
    return Promise.resolve(this.#texts.get(path));
  }

  hash(): never {
    throw new Error('FakeFiles hashes nothing');
  }

  writeAtomic(path: string, text: string): Promise<void> {
    this.#texts.set(path, text);
    return Promise.resolve();
  }

  makeFolder(): Promise<void> {
    return Promise.resolve();
  }

  owner(): Promise<{ readonly uid: number; readonly gid: number }> {
    return Promise.resolve({ uid: 1000, gid: 1000 });
  }

  kindOf(path: string): Promise<'file' | undefined> {
    return Promise.resolve(this.#texts.has(path) ? 'file' : undefined);
  }

  realPath(path: string): Promise<string | undefined> {
    return Promise.resolve(path);
  }
}
