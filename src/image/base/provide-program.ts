import { DevenvError } from '../../errors/devenv-error.ts';
import { installPackages, updatePackageLists } from '../../model/host-system.ts';
import type { MachineNetwork } from '../../model/network/machine-network.ts';
import type { Progress } from '../../ports/progress.ts';
import type { Prompt } from '../../ports/prompt.ts';
import { applySetup } from './apply-setup.ts';
import { askPassword, hasFreshLists, observeRights, type RightsPorts } from './observe-rights.ts';

export interface ProvideProgramPorts extends RightsPorts {
  readonly progress: Progress;
  readonly prompt: Prompt;
  readonly signal: AbortSignal;
  readonly network: () => Promise<MachineNetwork>;
}

/**
 * Installs the Debian packages of a program on this machine if it is missing
 * and the person agrees. Throws HOST_PROGRAM_MISSING with the commands to run by hand.
 */
export const provideProgram = async (
  ports: ProvideProgramPorts,
  program: string,
  packages: readonly string[],
  purpose: string,
): Promise<void> => {
  if ((await ports.processes.run([program, '--version'])).exitCode !== 127) return;
  const byHand = `On Debian or Ubuntu, as root:\n  apt-get update\n  apt-get install -y ${packages.join(' ')}`;
  const refuse = (reason: string): DevenvError =>
    new DevenvError('HOST_PROGRAM_MISSING', `${program} is needed to ${purpose}, and is not installed${reason}.`, {
      state: 'Nothing was changed on this machine.',
      hint: byHand,
    });
  if ((await ports.processes.run(['apt-get', '--version'])).exitCode !== 0) {
    throw refuse('; this system has no apt-get to install it with');
  }
  const rights = await observeRights(ports);
  if (rights === 'none') throw refuse('; installing it needs root or sudo');
  if (!(await ports.prompt.confirm(`${program} is needed to ${purpose}. Install ${packages.join(', ')}?`, false))) {
    throw refuse('');
  }
  if (rights === 'sudo-password' && !(await askPassword(ports))) throw refuse('; sudo gave no rights');
  const done: string[] = [];
  const lists = (await hasFreshLists(ports.processes)) ? [] : [updatePackageLists];
  for (const operation of [...lists, installPackages(packages)]) {
    const setup = {
      sudo: rights !== 'root',
      done,
      code: 'HOST_PROGRAM_MISSING',
      network: await ports.network(),
    } as const;
    const line = await applySetup(ports, operation, setup);
    ports.progress.note(line);
    done.push(line);
  }
};
