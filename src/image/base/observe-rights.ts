import type { Rights } from '../../model/host-system.ts';
import type { Machine } from '../../ports/machine.ts';
import type { Processes } from '../../ports/processes.ts';
import type { Prompt } from '../../ports/prompt.ts';

export interface RightsPorts {
  readonly processes: Processes;
  readonly machine: Machine;
  readonly prompt: Pick<Prompt, 'interactive'>;
}

/** How programs can run as root on this machine. Asks no question. */
export const observeRights = async ({ machine, processes, prompt }: RightsPorts): Promise<Rights> => {
  if (machine.uid === 0) return 'root';
  const sudo = await processes.run(['sudo', '-n', 'true'], { timeout: 10_000 });
  if (sudo.exitCode === 0) return 'sudo';
  return sudo.exitCode !== 127 && prompt.interactive ? 'sudo-password' : 'none';
};

/** Lets sudo ask for the password at the terminal. False if it gave no rights. */
export const askPassword = async ({ processes }: RightsPorts): Promise<boolean> =>
  (await processes.run(['sudo', '-v'], { terminal: true, timeout: 5 * 60_000 })).exitCode === 0;

/** Whether apt has package lists of the last 24 hours. */
export const hasFreshLists = async (processes: Processes): Promise<boolean> => {
  const lists = ['find', '/var/lib/apt/lists', '-maxdepth', '1', '-name', '*_Packages*', '-print', '-quit'];
  // The lists have the mirror's times; `partial` and `lock` have that of the last update.
  const fetched = ['find', '/var/lib/apt/lists', '-maxdepth', '1', '(', '-name', 'partial', '-o', '-name', 'lock', ')'];
  const there = await processes.run(lists);
  const recent = await processes.run([...fetched, '-mtime', '-1', '-print', '-quit']);
  return there.stdout !== '' && recent.stdout !== '';
};
