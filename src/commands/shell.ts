import * as Flags from '@oclif/core/flags';
import { shell } from '../session/shell.ts';
import { attachTerminal } from '../screen/terminal/attach-terminal.ts';
import { BaseCommand } from '../start/base-command.ts';
import { workspaceFlag } from '../start/flags.ts';
import { interruption } from '../start/interruption.ts';

export default class Shell extends BaseCommand {
  static override summary = 'Open a shell in the workspace.';
  static override description =
    'Opens the login shell of the user in the folder that matches the current one. The prompt shows the environment and its version. The history of the shell is kept in a volume.';
  static override examples = ['<%= config.bin %> shell', '<%= config.bin %> shell --root'];
  static override enableJsonFlag = false;
  static override streams = true;
  static override flags = { name: workspaceFlag, root: Flags.boolean({ description: 'Open the shell as root.' }) };

  async run(): Promise<void> {
    const { flags } = await this.parse(Shell);
    const ports = await this.open(flags);
    const terminal = attachTerminal(ports.programs);
    try {
      process.exitCode = await shell(ports, flags.name, {
        root: flags.root,
        env: terminal.env,
        io: terminal.io,
        onSignal: (listener) => interruption.divert(listener),
      });
    } finally {
      terminal.restore();
    }
  }
}
