/** A project's request for something of the person's machine. */
export interface TrustNeed {
  /**
   * `mount`: a folder outside the project. `command`: a program of this machine.
   * `privilege`: rights on the engine's machine. `variable`: a value of the
   * person's environment. `login`: the person's git login for a host.
   * `repository`: the git repository of a project that is a worktree. `proxy`:
   * the person's proxies, with their logins.
   */
  readonly kind: 'mount' | 'command' | 'privilege' | 'variable' | 'login' | 'repository' | 'proxy';
  /** Source of the request: `volumes`, `services.db.limits`, `secrets`, `git remotes`. */
  readonly where: string;
  /** The exact content, as it would be used. */
  readonly content: string;
  /** Project files that a command names: the agreement covers their content. */
  readonly files?: readonly string[];
  /** sha256 over these files. */
  readonly digest?: string;
}

/** True for what is lent by name, and for what a workspace also does without. The agreement stays valid without a request: a variable may be set in one terminal only. */
export const isLent = ({ kind }: TrustNeed): boolean =>
  kind === 'variable' || kind === 'login' || kind === 'repository' || kind === 'proxy';

/** Equal for requests that one answer covers. */
export const keyOfNeed = ({ kind, where, content, digest }: TrustNeed): string =>
  JSON.stringify([kind, where, content, ...(digest === undefined ? [] : [digest])]);
