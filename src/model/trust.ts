/** One thing that devenv.yaml asks for and that reaches beyond its containers. */
export interface TrustNeed {
  /** `mount`: a folder outside the project. `command`: a program of this machine. `privilege`: rights on the engine's machine. */
  readonly kind: 'mount' | 'command' | 'privilege';
  /** Where devenv.yaml asks: `volumes`, `services.db.limits`, `secrets`. */
  readonly where: string;
  /** What exactly, as it would be used. */
  readonly content: string;
}
