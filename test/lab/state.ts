import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProcessId } from './process-table.ts';

export type MachineKind =
  'docker-20' | 'docker-26' | 'docker-26-containerd' | 'docker-26-cgroup2' | 'podman' | 'podman-rootless';

/** The machines of a test run: every kind of engine and store that devenv supports. One with version 2 of control groups has a lab of its own. */
export const everyKind = {
  a: 'docker-20',
  b: 'docker-26',
  c: 'docker-26-containerd',
  podman: 'podman',
  rootless: 'podman-rootless',
} as const;

/** The parts of a lab, written before the first is made, so that a partial lab can be removed. */
export interface LabState {
  readonly version: 1;
  /** Part of every name in this lab, and the mark of its processes and control groups: `teamvm-1a2b`. */
  readonly mark: string;
  readonly folder: string;
  /** The process that uses this lab. Absent: it stays up until it is stopped. */
  readonly owner?: ProcessId;
  readonly network: NetworkState;
  readonly machines: Readonly<Record<string, MachineState>>;
  readonly registry: RegistryState;
}

export interface NetworkState {
  readonly bridge: string;
  /** First three numbers of the lab's /24: `10.201.7`. The host is .1 in it. */
  readonly subnet: string;
  readonly mtu: number;
  /** Whether the host forwarded packets before the first lab; restored after the last. */
  readonly forwardedBefore: boolean;
}

export interface MachineState {
  readonly name: string;
  readonly kind: MachineKind;
  readonly folder: string;
  readonly namespace: string;
  /** The host's end of its line. */
  readonly line: string;
  readonly ip: string;
  readonly network: NetworkState;
  readonly mark: string;
}

export interface RegistryState {
  readonly folder: string;
  readonly host: string;
  readonly username: string;
  readonly password: string;
  readonly mark: string;
}

export function writeState(state: LabState): void {
  const path = join(state.folder, 'state.json');
  writeFileSync(`${path}.new`, JSON.stringify(state, null, 2), { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

export function readState(folder: string): LabState | undefined {
  const path = join(folder, 'state.json');
  if (!existsSync(path)) return undefined;
  const state = JSON.parse(readFileSync(path, 'utf8')) as LabState;
  return state.version === 1 ? state : undefined;
}

/** The states of all labs on this machine, those of dead owners included. */
export function listStates(): LabState[] {
  return readdirSync(tmpdir())
    .filter((name) => name.startsWith('teamvm-lab-'))
    .map((name) => readState(join(tmpdir(), name)))
    .filter((state) => state !== undefined);
}
