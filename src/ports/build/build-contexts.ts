/**
 * Folders of the project that images are built from. Links are never followed:
 * they are part of a build as links. Throws FILE_UNREADABLE for a file that
 * cannot be read or that a link on its path leads out of the project, and
 * CONTEXT_TOO_LARGE.
 */
export interface BuildContexts {
  /** Hashes the files of a build. Files that did not change since the last time are not read again. */
  hash(request: ContextRequest): Promise<ContextHashes>;
  /** The files of a build, sorted, one after the other: each content is read once, before the next entry. */
  read(request: ContextRequest): AsyncIterable<ContextEntry>;
}

export interface ContextRequest {
  /** Absolute path of the project. */
  readonly project: string;
  /** The folder, relative to the project; `.` is the project itself. */
  readonly context: string;
  /** Equal if the functions below give the same answers. */
  readonly rules: string;
  /** False if nothing below a folder belongs to the build. Paths are relative to the context. */
  readonly enters: (folder: string) => boolean;
  readonly takes: (path: string) => boolean;
  /** Under which name a path is hashed. */
  readonly groupOf: (path: string) => string;
}

export interface ContextHashes {
  /** Group → sha256 over the paths and contents of its files and links, and whether a file can be run. Equal in every clone. */
  readonly groups: Readonly<Record<string, string>>;
  /** Links that were met, also those that do not belong to the build. */
  readonly links: readonly string[];
}

export interface ContextEntry {
  /** Relative to the context; a folder's ends with `/`. */
  readonly path: string;
  /** Permission bits. */
  readonly mode: number;
  /** Bytes of `content`. */
  readonly size: number;
  readonly content?: AsyncIterable<Uint8Array>;
  /** The target of a link. */
  readonly link?: string;
}
