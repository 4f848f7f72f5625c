import * as Args from '@oclif/core/args';
import { listValues } from '../workspace/completion.ts';
import { renderCandidates, renderCompletion, shells, type Shell } from '../screen/render/render-completion.ts';
import { BaseCommand } from '../start/base-command.ts';
import { complete } from '../start/complete.ts';

export default class Completion extends BaseCommand {
  static override summary = 'Print a shell script that completes commands, flags and values.';
  static override description =
    'bash: add `source <(devenv completion bash)` to ~/.bashrc. zsh: add `source <(devenv completion zsh)` to ~/.zshrc, after compinit. fish: run `devenv completion fish > ~/.config/fish/completions/devenv.fish`. PowerShell: run `devenv completion powershell > ~/devenv.ps1` and add `. ~/devenv.ps1` to $PROFILE.';
  static override examples = ['<%= config.bin %> completion bash'];
  static override args = {
    shell: Args.string({ description: 'The shell to complete for.', options: [...shells], required: true }),
  };

  async run(): Promise<object> {
    // The scripts call `devenv completion SHELL -- WORDS` for the candidates of a command line. PowerShell's has a colon before the last word.
    const end = this.argv.indexOf('--');
    const given = end === -1 ? undefined : this.argv.slice(end + 1);
    const { args, flags } = await this.parse(Completion, given === undefined ? this.argv : this.argv.slice(0, end));
    const shell = args.shell as Shell;
    const last = given?.at(-1)?.replace(/^:/, '') ?? '';
    const words = given !== undefined && shell === 'powershell' ? [...given.slice(0, -1), last] : given;
    if (words === undefined) {
      const script = renderCompletion(shell);
      this.log(script.trimEnd());
      return { shell, script };
    }
    const { known, values } = await complete(words);
    const ports = values === undefined ? undefined : await this.open(flags);
    const named = words.indexOf('--name');
    const workspace = (named === -1 ? undefined : words[named + 1]) ?? 'main';
    const found = ports === undefined || values === undefined ? [] : await listValues(ports, values, workspace);
    const candidates = [...known, ...found.filter(({ word }) => word.startsWith(words.at(-1) ?? ''))];
    if (candidates.length > 0) this.log(renderCandidates(shell, candidates));
    return { candidates };
  }
}
