import type { MachineConfig } from '../environment/parse-machine.ts';
import type { HostFiles } from '../ports/host-files.ts';
import { configLimit } from './project.ts';

/** Reads config.yaml of the person; empty if there is none. Throws CONFIG_INVALID. */
export async function readMachineConfig(files: HostFiles, file: string): Promise<MachineConfig> {
  const text = await files.readText(file, configLimit);
  if (text === undefined || text.trim() === '') return {};
  const { parseMachine } = await import('../environment/parse-machine.ts');
  return parseMachine(text, file);
}
