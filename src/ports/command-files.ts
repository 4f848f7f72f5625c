/** Files of a project that the words of a command name, as they were at one moment. */
export interface TakenFiles {
  /** Paths in the project, sorted. */
  readonly paths: readonly string[];
  /** sha256 over paths, contents and whether they may be run; absent when the words name no file. */
  readonly digest?: string;
  /**
   * Lays the files down in a folder that nobody else can write, at the same
   * paths, and calls `use` with that folder and the words, whose paths into the
   * project lead there. The folder is removed afterwards.
   */
  use<Result>(use: (folder: string, words: readonly string[]) => Promise<Result>): Promise<Result>;
}

/** Copies files of a project for a program of this machine: what was agreed to is then what runs, whatever happens to the project meanwhile. */
export interface CommandFiles {
  /** Throws FILE_UNREADABLE for a link that leaves the project and for more than 16 MB. Folders are not taken. */
  take(folder: string, words: readonly string[]): Promise<TakenFiles>;
}
