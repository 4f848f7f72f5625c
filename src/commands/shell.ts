import * as Flags from '@oclif/core/flags';
import { exec } from '../app/exec.ts';
import { attachTerminal } from '../ui/attach-terminal.ts';
import { BaseCommand } from './base-command.ts';
import { interruption } from './interruption.ts';
import { workspaceFlag } from './workspace-flag.ts';

/** The shell that the image has: bash where there is one, as the user's login shell. */
const login = ['/bin/sh', '-c', 'if command -v bash >/dev/null 2>&1; then exec bash -l; else exec sh -l; fi'];

export default class Shell extends BaseCommand {
  static override summary = 'Open a shell in the workspace.';
  static override examples = ['<%= config.bin %> shell', '<%= config.bin %> shell --root'];
  static override enableJsonFlag = false;
  static override streams = true;
  static override flags = { name: workspaceFlag, root: Flags.boolean({ description: 'As root.' }) };

  async run(): Promise<void> {
    const { flags } = await this.parse(Shell);
    const ports = await this.open(flags);
    const terminal = attachTerminal();
    try {
      process.exitCode = await exec(ports, {
        workspace: flags.name,
        argv: login,
        root: flags.root,
        env: [],
        io: terminal.io,
        onSignal: (listener) => interruption.divert(listener),
      });
    } finally {
      terminal.restore();
    }
  }
}
