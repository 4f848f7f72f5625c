/** Who makes versions on this machine. */
export interface Identity {
  /** `Name <mail>` as git knows it in this project, else `user@host`. */
  author(folder: string): Promise<string>;
}
