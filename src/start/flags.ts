import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { DevenvError } from '../errors/devenv-error.ts';

/** Flags and arguments of several commands. */

async function parseWorkspace(name: string): Promise<string> {
  if (/^[a-z0-9][a-z0-9-]{0,30}$/.test(name)) return name;
  throw new DevenvError('USAGE', `"${name}" is not a valid name of a workspace.`, {
    hint: 'Use up to 31 lower-case letters, digits and dashes, and start with a letter or digit.',
  });
}

export const workspaceFlag = Flags.string({
  description: 'Name of the workspace.',
  default: 'main',
  helpValue: 'NAME',
  parse: parseWorkspace,
});

/** Another workspace than that of `--name`. */
export const fromFlag = (description: string) =>
  Flags.string({ description, helpValue: 'NAME', parse: parseWorkspace });

export const newWorkspaceArgument = Args.string({
  description: 'Name of the new workspace.',
  required: true,
  parse: parseWorkspace,
});

/** Flags of commands that run something in the workspace. */
export const execFlags = {
  root: Flags.boolean({ description: 'Run as root.' }),
  agent: Flags.boolean({
    char: 'A',
    description: 'Forward your ssh and gpg agents, git identity and git logins, as `devenv shell` does.',
  }),
  env: Flags.string({
    char: 'e',
    description: 'Set a variable for this command.',
    multiple: true,
    multipleNonGreedy: true,
    default: [],
    helpValue: 'NAME=VALUE',
    parse: async (entry) => {
      if (/^[^=\0]+=[^\0]*$/.test(entry)) return entry;
      throw new DevenvError('USAGE', `"${entry}" is not NAME=VALUE, as -e needs it.`);
    },
  }),
};

export const allowFlag = Flags.string({
  description: 'Accept a path that looks like a secret. Records the reason in devenv-lock.yaml.',
  helpValue: 'PATH=REASON',
  multiple: true,
  multipleNonGreedy: true,
  default: [],
});

export const discardFlag = Flags.boolean({ description: 'Discard uncommitted changes in the workspace.' });

export const cacheFromFlag = Flags.boolean({
  description: 'Pull steps that devenv-lock.yaml names from the registry instead of running them.',
});

export const ciFlag = Flags.boolean({
  description: 'Run as a job of a CI service: ask nothing, and print plain lines, in groups for GitHub Actions.',
});

export const dryRunFlag = Flags.boolean({ description: 'Show what would be done, and why. Change nothing.' });

export const snapshotFlag = Flags.boolean({
  description: 'Keep the current state as a snapshot first.',
  default: true,
  allowNo: true,
});

export const snapshotArgument = Args.integer({
  description: 'Number of the snapshot, as in `devenv snapshot list`.',
  required: true,
  min: 1,
});
