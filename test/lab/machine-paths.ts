import { join } from 'node:path';
import { prefixes } from './install.ts';
import type { MachineState } from './state.ts';

export const socketOf = (machine: MachineState): string => join(machine.folder, 'engine.sock');

/** The folder of an engine's images and containers. `folder`: the machine's. */
export const diskOf = (folder: string): string => join(folder, 'data');

const isPodman = ({ kind }: MachineState): boolean => kind === 'podman' || kind === 'podman-rootless';

export const prefixOf = (machine: MachineState): string => {
  if (isPodman(machine)) return prefixes.podman;
  return machine.kind === 'docker-20' ? prefixes.bookworm : prefixes.trixie;
};

/** The docker program of the machine's engine. Podman gets that of 20.10, since its API is as old. */
export const dockerOf = (machine: MachineState): string =>
  join(isPodman(machine) ? prefixes.bookworm : prefixOf(machine), 'usr/bin/docker');

/** How to start an engine: its command line, and the folders with the programs that it starts. */
export interface EngineCommand {
  readonly argv: readonly string[];
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
}
