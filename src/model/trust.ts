/** One thing of the person's machine that a project asks for. */
export interface TrustNeed {
  /**
   * `mount`: a folder outside the project. `command`: a program of this machine.
   * `privilege`: rights on the engine's machine. `variable`: a value of the
   * person's environment. `login`: the person's git login for a host.
   */
  readonly kind: 'mount' | 'command' | 'privilege' | 'variable' | 'login';
  /** Where the project asks: `volumes`, `services.db.limits`, `secrets`, `git remotes`. */
  readonly where: string;
  /** What exactly, as it would be used. */
  readonly content: string;
  /** Files of the project that a command names: they are agreed to as they are. */
  readonly files?: readonly string[];
  /** sha256 over those files. */
  readonly digest?: string;
}

/** What leaves the person's machine by its name. An agreement holds while nobody asks for it, too: a variable may be set in one terminal alone. */
export const isLent = ({ kind }: TrustNeed): boolean => kind === 'variable' || kind === 'login';

/** Equal for needs that one answer covers. */
export const keyOfNeed = ({ kind, where, content, digest }: TrustNeed): string =>
  JSON.stringify([kind, where, content, ...(digest === undefined ? [] : [digest])]);
