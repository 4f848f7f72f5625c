import type { Image } from '../../model/image.ts';
import { asMap, parseJson, type Keys } from '../../model/json.ts';
import type { Digest } from '../../model/version.ts';
import type { LargeFile } from '../../ports/large-files.ts';
import { blobPath, digestOfBytes, documentLimit } from './bundle-format.ts';
import { listEntries, type BundleEntry } from './list-entries.ts';
import { readConfig } from './read-config.ts';

/** Bytes of all documents: they are held in memory. */
const mostDocuments = 32 * 1024 ** 2;

/** Reads the documents of a bundle, and knows which of its files something names. All methods throw `refuse`. */
export class BundleDocuments {
  readonly #file: LargeFile;
  readonly #entries: ReadonlyMap<string, BundleEntry>;
  readonly #refuse: (why: string) => Error;
  readonly #named = new Set<string>();
  /** Images may share documents: each is read once. */
  readonly #documents = new Map<Digest, Keys>();
  readonly #configs = new Map<Digest, Image | undefined>();
  /** Bytes that were read. */
  #size = 0;

  private constructor(file: LargeFile, entries: ReadonlyMap<string, BundleEntry>, refuse: (why: string) => Error) {
    this.#file = file;
    this.#entries = entries;
    this.#refuse = refuse;
  }

  static async open(file: LargeFile, refuse: (why: string) => Error): Promise<BundleDocuments> {
    return new BundleDocuments(file, await listEntries(file, refuse), refuse);
  }

  /** Where a file is in the bundle, which something names; undefined if it is not there. */
  find(path: string): BundleEntry | undefined {
    this.#named.add(path);
    return this.#entries.get(path);
  }

  async readFile(path: string): Promise<Buffer> {
    const entry = this.find(path);
    if (entry === undefined) throw this.#refuse(`it has no ${path}`);
    if (entry.size > documentLimit)
      throw this.#refuse(`${path} is larger than ${String(documentLimit / 1024 ** 2)} MB`);
    if ((this.#size += entry.size) > mostDocuments)
      throw this.#refuse(`its documents are larger than ${String(mostDocuments / 1024 ** 2)} MB`);
    return this.#file.read(entry.position, entry.size);
  }

  async readBlob(digest: Digest): Promise<Buffer> {
    const bytes = await this.readFile(blobPath(digest));
    if (digestOfBytes(bytes) !== digest) throw this.#refuse(`${blobPath(digest)} does not have its digest`);
    return bytes;
  }

  /** Empty for a blob that is not a JSON object. */
  async readDocument(digest: Digest): Promise<Keys> {
    const document = this.#documents.get(digest) ?? asMap(parseJson((await this.readBlob(digest)).toString()));
    this.#documents.set(digest, document);
    return document;
  }

  /** The image that a config describes; undefined if the blob is not a config. */
  async readImageConfig(digest: Digest): Promise<Image | undefined> {
    if (!this.#configs.has(digest)) this.#configs.set(digest, readConfig(digest, await this.readDocument(digest)));
    return this.#configs.get(digest);
  }

  /** As readDocument, for a file with a name. */
  async readNamed(path: string): Promise<Keys> {
    return asMap(parseJson((await this.readFile(path)).toString()));
  }

  /** All blobs. Throws `refuse` if nothing named one of the files so far. */
  listBlobs(): ReadonlyMap<Digest, BundleEntry> {
    const blobs = new Map<Digest, BundleEntry>();
    for (const [path, entry] of this.#entries) {
      if (!this.#named.has(path)) throw this.#refuse(`nothing in it names ${path}`);
      if (path.startsWith('blobs/')) blobs.set(`sha256:${path.slice('blobs/sha256/'.length)}`, entry);
    }
    return blobs;
  }
}
