import * as Flags from '@oclif/core/flags';
import { DevenvError } from '../errors/devenv-error.ts';

/** Which workspace of the project a command is about. */
export const workspaceFlag = Flags.string({
  description: 'Name of the workspace.',
  default: 'main',
  helpValue: 'NAME',
  parse: async (name) => {
    if (/^[a-z0-9][a-z0-9-]{0,30}$/.test(name)) return name;
    throw new DevenvError('USAGE', `"${name}" cannot name a workspace.`, {
      hint: 'Use up to 31 lower-case letters, digits and dashes, a letter or digit first.',
    });
  },
});
