import type { BytePath } from '../model/byte-path.ts';
import type { ContainerDetails, RawChange } from '../model/container.ts';

/** Changes of containers, read from the engine's storage: exact, which the engine's own list is not. */
export interface Changes {
  /**
   * Lists the differences of a container from an image, without folders that
   * only lead to changes, folders before their entries. Takes time in proportion
   * to the changes, whatever the size of the image. Undefined if the engine's
   * storage cannot be read.
   */
  list(container: string, standing: Standing): Promise<Listing | undefined>;

  /** As `list`, of many containers at once, by id. Leaves out containers that have to be read one by one. */
  listMany(asked: readonly Asked[]): Promise<ReadonlyMap<string, Iterable<RawChange>>>;

  /**
   * Lists entries whose inodes changed after an engine time, with folders in
   * which entries came or went. Undefined as with `list`. The first call starts
   * what later ones need, so that a container is paused for the reading alone.
   */
  listAfter(container: string, time: string): Promise<readonly RawChange[] | undefined>;

  /** The engine's time: everything that changed before has no later one. */
  now(container: string, standing: Standing): Promise<string>;

  /** True if nothing changed after an engine time. False if that is unknown. */
  isCalm(container: string, standing: Standing, time: string): Promise<boolean>;

  /**
   * Freezes a running container until the returned function is called, or this
   * process ends in any way. Undefined if only the engine can do that.
   */
  freeze(container: string, standing: Standing): Promise<(() => Promise<void>) | undefined>;

  /** True if a command froze the container; the engine says that it is running. */
  isFrozen(container: string): Promise<boolean>;

  /** Starts what `read` needs while the container runs: it may end before the read. */
  prepare(container: string, standing: Standing): Promise<void>;

  /**
   * Starts to write the container's file system to disk; the returned function
   * waits for the end. Call it after all other requests, which would wait for it.
   */
  flush(container: string, standing: Standing): Promise<() => Promise<void>>;

  /**
   * Reads what differs from the version: deletions, and wanted files that hold
   * what is searched for. Throws ENGINE_REFUSED if the engine's storage cannot be
   * read.
   */
  read(container: string, options: ReadOptions): AsyncIterable<ChangedEntry>;
}

/** Changes, for any number of iterations. There may be a million. */
export interface Listing extends Iterable<RawChange> {
  /** Engine time: entries that changed after it may differ from the list. */
  readonly began: string;
}

/** The version that a container stands at. */
export interface Standing {
  /** Id of the version's image. */
  readonly image: string;
  /** Engine time when it was captured from the container; undefined if the container was made from it. */
  readonly since?: string;
}

export interface Asked extends Standing {
  readonly container: ContainerDetails;
}

export interface ReadOptions extends Standing, FileReading {
  /** Engine time: only entries whose inode changed after it. */
  readonly after?: string;
  /** A fresh result of `list` for the same; without it, `read` lists again. */
  readonly listed?: Listing;
}

/** Which files are read, and what is searched for. */
export interface FileReading {
  /** How a file is read. */
  readonly want: (path: BytePath) => Reading;
  readonly words: readonly Word[];
  /** Bytes from the start of each file. */
  readonly limit: number;
  /** Called when every file was requested, before most of the answers. */
  readonly onAsked?: () => void;
}

/** `all`: the content; `word`: if it holds one of the words; `strict`: if it holds one that is not loose. */
export type Reading = 'all' | 'word' | 'strict' | 'none';

/** A text to search for. */
export interface Word {
  /** Three characters or more, in lower case with `anyCase`. */
  readonly text: string;
  readonly anyCase: boolean;
  /** Not searched for in files that are read `strict`. */
  readonly loose: boolean;
  /** Searched for also in binary files that are read `strict`. In others, every word is that is not loose. */
  readonly inBinaries: boolean;
}

export interface ChangedEntry {
  readonly kind: 'file' | 'deleted';
  readonly path: BytePath;
  /** Bytes of a file; 0 for a deletion. */
  readonly size: number;
  /** Empty for a file that is longer than the limit and holds none of the words. Consume before the next entry. */
  readonly content: AsyncIterable<Uint8Array>;
}

/** Collects a content that is small enough for it. Chunks may share memory, so each is copied. */
export async function collectContent(content: ChangedEntry['content']): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(Uint8Array.from(chunk));
  return Buffer.concat(chunks);
}
