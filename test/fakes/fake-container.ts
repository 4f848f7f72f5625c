import type { ContainerDetails, ContainerSpec, ContainerState, RawChange } from '../../src/model/container.ts';

/** A container in memory: its settings, its state and its files. */
export interface FakeContainer {
  readonly id: string;
  name: string;
  readonly spec: ContainerSpec;
  readonly image: string;
  state: ContainerState;
  readonly created: number;
  started: string;
  exitCode: number;
  readonly log: { readonly to: 'stdout' | 'stderr'; readonly text: string }[];
  /** Network → further names of the container there. */
  readonly networks: Map<string, readonly string[]>;
  /** Absolute path → text, of files that its programs wrote. */
  readonly files: Map<string, string>;
  readonly changes: RawChange[];
  attached?: {
    readonly stdin: NodeJS.ReadableStream;
    readonly stdout: NodeJS.WritableStream;
    readonly stderr: NodeJS.WritableStream;
  };
  /** Resolves when its own program has ended. */
  ended?: Promise<void>;
}

/** The container as an engine shows it. */
export function showContainer(container: FakeContainer): ContainerDetails {
  const { id, name, spec, image, state, created, started, exitCode, networks } = container;
  return {
    ...{ id, name, image, state, created, started, exitCode, labels: spec.labels, user: spec.user },
    networks: [...networks.keys()].sort(),
    ports: (spec.ports ?? []).map(({ address, host, protocol }) => ({ address, host, protocol })),
    env: spec.env,
    mounts: spec.mounts,
    pid: state === 'running' ? 4242 : 0,
    healthCheck: false,
  };
}
