import * as Flags from '@oclif/core/flags';
import { openCode } from '../share/code.ts';
import { quoteWords } from '../model/shell/quote-words.ts';
import { BaseCommand } from '../start/base-command.ts';

export default class Code extends BaseCommand {
  static override summary = 'Open the current version in an editor that supports Dev Containers.';
  static override description =
    'Writes .devcontainer/devcontainer.json as `devenv export devcontainer` does, if it is not up to date, and starts VS Code, Cursor, or the editor that you name. Push the version first, and agree to what devenv.yaml asks of your machine with `devenv trust`. The editor creates its own container; to work in the workspace itself, use `devenv ssh-config`.';
  static override examples = [
    '<%= config.bin %> code',
    '<%= config.bin %> code --editor cursor',
    '<%= config.bin %> code --print',
  ];
  static override flags = {
    editor: Flags.string({
      description: 'Program to start. Default: `editor` of config.yaml; else code, cursor or code-insiders.',
      helpValue: 'PROGRAM',
    }),
    print: Flags.boolean({ description: 'Print the command. Write no files and start nothing.' }),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(Code);
    const { editor, print } = flags;
    const result = await openCode(await this.open(flags), { editor, print, terminal: !this.jsonEnabled() });
    if (print) this.log(quoteWords(result.command));
    else for (const path of result.written) this.log(`Wrote ${path}.`);
    return result;
  }
}
