import type { Limits, PortMapping, VolumeMount } from './workspace.ts';

/** What a workspace is besides its image: equal on every machine that runs the same version. */
export interface WorkspaceSettings {
  readonly user: string;
  /** Names and values that are no secrets. */
  readonly env: Readonly<Record<string, string>>;
  readonly mounts: readonly ({ readonly kind: 'project' | 'cache' | 'temp'; readonly target: string } | VolumeMount)[];
  readonly workingDir: string;
  /** As devenv.yaml asks for them: where they are open differs from machine to machine. */
  readonly ports: readonly PortMapping[];
  readonly limits: Limits;
}

/** How commands run in a workspace, and what it was made from; kept in the container's label, so that `exec` asks nobody else. */
export interface ExecDefaults {
  readonly user: string;
  readonly env: readonly string[];
  readonly workingDir: string;
  readonly settings: WorkspaceSettings;
}
