/** Where programs of this machine are found. No folder that a project can write is searched. */
export interface Programs {
  /** Absolute path of a program; absent when there is none. A name with a slash is a path already and comes back as it is. */
  find(name: string): string | undefined;
  /** PATH for programs that start other programs. */
  readonly path: string;
}
