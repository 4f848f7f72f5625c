/** What one person adds to their own workspaces: `personal.yaml`, after parsing and validation. */
export interface Personal {
  /** Provider name → package specs as written. */
  readonly packages: Readonly<Record<string, readonly string[]>>;
  readonly env: Readonly<Record<string, string>>;
  readonly dotfiles?: Dotfiles;
}

export interface Dotfiles {
  /** `folder`: an absolute path of the person's machine. `git`: the address of a repository. */
  readonly kind: 'folder' | 'git';
  readonly source: string;
  /** A line for sh. Absent: what begins with a dot is linked into the home folder. */
  readonly install?: string;
}
