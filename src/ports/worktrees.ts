/** A git repository, as far as worktrees matter. */
export interface WorktreePlace {
  /** Absolute: the folder with `.git`. */
  readonly top: string;
  /** The git folder that all worktrees share; absent if `.git` names a folder that does not name it in return. */
  readonly common?: string;
  /** The branch that is checked out. */
  readonly branch?: string;
}

/** Worktrees of the person's git, which obeys no configuration, hook or filter of the repository. */
export interface Worktrees {
  /** The repository of a folder; undefined outside of one. */
  find(folder: string): Promise<WorktreePlace | undefined>;
  /**
   * Makes a worktree of the repository of `folder` at `path`, on a branch that is
   * made of HEAD if it does not exist. `needs`: a path that the branch has to
   * have. Throws WORKTREE_FAILED before anything was made, or with a part of it.
   */
  add(folder: string, tree: { readonly path: string; readonly branch: string; readonly needs: string }): Promise<void>;
  /** Removes a worktree with everything in it, and its record, also if only a part of it was made. */
  remove(folder: string, path: string): Promise<void>;
}
