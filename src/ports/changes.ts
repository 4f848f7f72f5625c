import type { BytePath } from '../model/byte-path.ts';
import type { ContainerDetails, RawChange } from '../model/container.ts';

/** What a container changed, read raw beside it on the engine's machine: exact where the engine's own list is not. */
export interface Changes {
  /**
   * What the container has and an image has not, folders that only lead to
   * changes left out, each with what it is. Takes as long as there are changes,
   * however large the image is. There may be a million: they come one by one,
   * a folder before what is in it, as often as they are gone through. Absent
   * where the engine's storage does not allow it.
   */
  list(container: string, standing: Standing): Promise<Listing | undefined>;

  /**
   * As `list`, of many containers at once, by id: one look for all that stand at
   * the same image. Those of which only a look into each alone can tell are
   * left out.
   */
  listMany(asked: readonly Asked[]): Promise<ReadonlyMap<string, Iterable<RawChange>>>;

  /**
   * Everything in which the inode changed after a time of the engine, folders
   * in which something came or went included, as added where the container has
   * it and its image need not. Absent as with `list`. Once asked, it answers at
   * once until the command ends, so that a container that is paused for it
   * stands still for the reading alone.
   */
  listAfter(container: string, time: string): Promise<readonly RawChange[] | undefined>;

  /** The engine's time: what changed before has no later one. */
  now(container: string, standing: Standing): Promise<string>;

  /**
   * True where nothing at all changed after a time of the engine: what was
   * listed then is still so. False where that cannot be told.
   */
  isCalm(container: string, standing: Standing, time: string): Promise<boolean>;

  /**
   * Keeps everything in a container that runs still, until what it gives is
   * called, or this program ends, however it does. Absent where the engine
   * alone can.
   */
  freeze(container: string, standing: Standing): Promise<(() => Promise<void>) | undefined>;

  /** Whether somebody keeps a container still by `freeze` just now; the engine says that it runs. */
  isFrozen(container: string): Promise<boolean>;

  /**
   * Makes ready for `read` of a container that runs, so that it answers at once,
   * and also when that ended meanwhile.
   */
  prepare(container: string, standing: Standing): Promise<void>;

  /**
   * Lets a container that runs put on disk what it has written: begun once this
   * is settled, and over once what it gives is, which is to be called when all
   * else was asked for. What else the engine's machine has in its memory, for
   * disks of other things, is not waited for.
   */
  flush(container: string, standing: Standing): Promise<() => Promise<void>>;

  /**
   * What the container has and the version has not: deletions, and those files
   * that are asked for and hold what is looked for. Throws
   * ENGINE_REFUSED where the engine's storage does not allow it.
   */
  read(container: string, options: ReadOptions): AsyncIterable<ChangedEntry>;
}

/** Changes, as often as they are gone through. */
export interface Listing extends Iterable<RawChange> {
  /** Engine time: whatever changed after it may not be as it was listed. */
  readonly began: string;
}

/** What a container stands at. */
export interface Standing {
  /** Id of the version's image. */
  readonly image: string;
  /** Engine time when it was captured from the container; absent where the container was made from it. */
  readonly since?: string;
}

export interface Asked extends Standing {
  readonly container: ContainerDetails;
}

export interface ReadOptions extends Standing, FileReading {
  /** Engine time: only entries whose inode changed after it. */
  readonly after?: string;
  /** What `list` gave of the same just now; else it is listed again. */
  readonly listed?: Listing;
}

/** Which files are read, and what for. */
export interface FileReading {
  /** What is wanted of a file. */
  readonly want: (path: BytePath) => Reading;
  readonly words: readonly Word[];
  /** Bytes of each file, the first ones. */
  readonly limit: number;
  /** Called once every file has been asked for, while most are still to be answered. */
  readonly onAsked?: () => void;
}

/**
 * `all`: content, whatever it is. `word`: where it holds one of the words;
 * `strict`: where it holds one that is not loose.
 */
export type Reading = 'all' | 'word' | 'strict' | 'none';

/** What to look for in a file. */
export interface Word {
  /** Three characters or more, in lower case where `anyCase`. */
  readonly text: string;
  readonly anyCase: boolean;
  /** Not looked for in files that are read `strict`. */
  readonly loose: boolean;
  /** Looked for also in binary files that are read `strict`. In others, every word is that is not loose. */
  readonly inBinaries: boolean;
}

export interface ChangedEntry {
  readonly kind: 'file' | 'deleted';
  readonly path: BytePath;
  /** Bytes of a file; 0 for a deletion. */
  readonly size: number;
  /** Nothing for a file that is longer than the limit and holds none of the words. To be read, or left, before the next entry. */
  readonly content: AsyncIterable<Uint8Array>;
}
