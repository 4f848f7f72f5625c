/**
 * The person's own git. It reads configuration of the person and of the
 * machine, never that of a repository: a workspace writes its project's `.git`,
 * and many keys of git name programs.
 */
export interface Git {
  /** Settings of the person for work in that folder, their conditional includes too: name, the section and key in lower case → value, the last one counts. */
  readSettings(folder: string): Promise<ReadonlyMap<string, string>>;
  /** What the repository itself says, as text that anybody may have written: name → values. Nothing of it has an effect; includes are not followed. */
  readRepository(folder: string): Promise<ReadonlyMap<string, readonly string[]>>;
  /** Whether git would commit a file of that name; `unknown`: git fails on this repository. */
  judgeFile(folder: string, name: string): Promise<'ignored' | 'exposed' | 'no repository' | 'unknown'>;
  /** Runs `git credential` with the person's helpers; nothing is asked at the terminal. Empty when there is no answer. */
  askCredential(folder: string, verb: 'fill' | 'approve' | 'reject', question: string): Promise<string>;
  /**
   * Reads files of the newest commit of a repository elsewhere, with the person's logins. Nothing of it is checked out
   * and nothing of it runs. `project`: no file is written below it. `read`: absent if there is no such file, or it is
   * larger than `limit` bytes. Throws TEMPLATE_UNREADABLE.
   */
  readRemote<T>(
    project: string,
    address: string,
    use: (read: (path: string, limit: number) => Promise<string | undefined>) => Promise<T>,
  ): Promise<T>;
}

/** Where a project's files come from. Both are the word of whoever can write the project. */
export interface Origin {
  /** Id of the commit that is checked out. */
  readonly revision?: string;
  /** Address of the repository, without a login. */
  readonly source?: string;
}
