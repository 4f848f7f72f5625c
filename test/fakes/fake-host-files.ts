import { createHash } from 'node:crypto';
import { dirname } from 'node:path/posix';
import { DevenvError } from '../../src/errors/devenv-error.ts';
import { FakeLargeFiles } from './fake-large-files.ts';
import type { HostFiles, OpenFile } from '../../src/ports/host-files.ts';

/** Files in memory, without links. A file's folders exist with it. */
export class FakeHostFiles implements HostFiles {
  readonly large = new FakeLargeFiles();
  readonly files = new Map<string, string>();
  readonly #folders = new Set<string>(['/']);

  constructor(files: Readonly<Record<string, string>> = {}) {
    for (const [path, text] of Object.entries(files)) this.#put(path, text);
  }

  async readText(path: string, limit: number): Promise<string | undefined> {
    if (this.#folders.has(path)) throw new DevenvError('FILE_UNREADABLE', `${path} is a folder.`);
    const text = this.files.get(path);
    if (text !== undefined && Buffer.byteLength(text) > limit)
      throw new DevenvError('FILE_UNREADABLE', `${path} is larger than ${String(limit)} bytes.`, { data: { limit } });
    return text;
  }

  async open(path: string): Promise<OpenFile | undefined> {
    const text = this.files.get(path);
    if (text === undefined) return undefined;
    const bytes = Buffer.from(text);
    return { size: bytes.byteLength, content: ReadableStream.from([bytes]) };
  }

  async hash(path: string): Promise<string | undefined> {
    const text = this.files.get(path);
    return text === undefined ? undefined : createHash('sha256').update(text).digest('hex');
  }

  async writeAtomic(path: string, text: string): Promise<void> {
    if (!this.#folders.has(dirname(path))) throw new DevenvError('FILE_UNWRITABLE', `There is no ${dirname(path)}.`);
    this.#put(path, text);
  }

  async makeFolder(path: string): Promise<void> {
    this.#addFolders(path);
  }

  async owner(): Promise<{ readonly uid: number; readonly gid: number }> {
    return { uid: 1000, gid: 1000 };
  }

  async kindOf(path: string): Promise<'file' | 'folder' | undefined> {
    return this.files.has(path) ? 'file' : this.#folders.has(path) ? 'folder' : undefined;
  }

  async list(path: string, most: number): Promise<readonly string[]> {
    const below = [...this.files.keys(), ...this.#folders].filter((each) => each.startsWith(`${path}/`));
    const names = below.map((each) => each.slice(path.length + 1).split('/')[0] ?? '');
    return [...new Set(names)].sort().slice(0, most);
  }

  /** Path of a folder → its identity, if that is not its path. */
  readonly identities = new Map<string, string>();

  async identify(path: string): Promise<string | undefined> {
    return (await this.kindOf(path)) === undefined ? undefined : (this.identities.get(path) ?? path);
  }

  async realPath(path: string): Promise<string | undefined> {
    return (await this.kindOf(path)) === undefined ? undefined : path;
  }

  #put(path: string, text: string): void {
    this.#addFolders(dirname(path));
    this.files.set(path, text);
  }

  #addFolders(path: string): void {
    for (let folder = path; !this.#folders.has(folder); folder = dirname(folder)) this.#folders.add(folder);
  }
}
