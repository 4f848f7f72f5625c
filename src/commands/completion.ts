import * as Args from '@oclif/core/args';
import type { Command } from '@oclif/core/command';
import { commands } from 'devenv:commands';
import { renderCompletion, type CommandWords, type Shell } from '../screen/render/render-completion.ts';
import { BaseCommand } from '../start/base-command.ts';

const shells = ['bash', 'zsh', 'fish'] as const;

export default class Completion extends BaseCommand {
  static override summary = 'Print a shell script that completes commands and flags.';
  static override description =
    'bash: add `source <(devenv completion bash)` to ~/.bashrc. zsh: add `source <(devenv completion zsh)` to ~/.zshrc, after compinit. fish: run `devenv completion fish > ~/.config/fish/completions/devenv.fish`.';
  static override examples = ['<%= config.bin %> completion bash'];
  static override args = {
    shell: Args.string({ description: 'The shell to complete for.', options: [...shells], required: true }),
  };

  async run(): Promise<object> {
    const { args } = await this.parse(Completion);
    const script = renderCompletion(args.shell as Shell, await listCommands());
    this.log(script.trimEnd());
    return { shell: args.shell, script };
  }
}

async function listCommands(): Promise<readonly CommandWords[]> {
  return Promise.all(
    Object.entries(commands).map(async ([id, load]) => {
      const { default: command } = await load();
      const flags = Object.entries<Command.Flag.Any>({ ...command.flags, ...command.baseFlags });
      const words = flags.map(([name, flag]) => ({
        name,
        ...(flag.char !== undefined && { char: flag.char }),
        summary: flag.description ?? '',
        valued: flag.type === 'option',
        values: (flag.type === 'option' && flag.options) || [],
      }));
      const json = { name: 'json', summary: 'Print one JSON document on stdout.', valued: false, values: [] };
      return {
        name: id.replaceAll(':', ' '),
        summary: command.summary ?? '',
        flags: [...words, ...(command.enableJsonFlag ? [json] : [])],
      };
    }),
  );
}
