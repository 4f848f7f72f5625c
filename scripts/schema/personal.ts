import { definitions } from './devenv.ts';
import { flag, object, ref, text, type Fragment } from '../../src/providers/fragment.ts';
import { someText } from '../../src/providers/grammars.ts';
import * as grammar from './grammars.ts';

/** personal.yaml: what one person adds to every workspace of their machine. */
export const personalSchema: Fragment = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  $id: 'https://unpkg.com/@teamvm/devenv@0/schemas/personal.schema.json',
  title: 'personal.yaml',
  description: 'What one person adds to their own workspaces. No version and no commit has it.',
  ...object(
    {
      packages: ref('packages'),
      env: ref('env'),
      proxy: flag({
        description: 'Whether commands and hooks in your workspaces get the proxies of this machine.',
        default: false,
        examples: [true],
      }),
      dotfiles: object(
        {
          source: text(grammar.dotfiles, {
            description:
              'A folder of this machine, or a git repository that is cloned inside the workspace. Lies at ~/.dotfiles there.',
            default: null,
            examples: ['~/dotfiles', 'https://git.example.com/me/dotfiles.git', 'git@git.example.com:me/dotfiles.git'],
          }),
          install: text(someText, {
            description:
              'A command line, run by sh in ~/.dotfiles as the workspace\u2019s user. Without it, what begins with a dot is linked into the home folder.',
            default: null,
            examples: ['./install.sh'],
          }),
        },
        ['source'],
        {
          description: 'Settings of your shell, editor and the like.',
          default: null,
          examples: [
            { source: '~/dotfiles' },
            { source: 'git@git.example.com:me/dotfiles.git', install: './install.sh' },
          ],
        },
      ),
    },
    [],
  ),
  definitions: { packages: definitions.packages, env: definitions.env },
};
