import * as Flags from '@oclif/core/flags';
import { connectSsh, sshConfig } from '../session/ssh-config.ts';
import { BaseCommand } from '../start/base-command.ts';
import type { OwnConfig } from '../start/create-config.ts';
import { workspaceFlag } from '../start/flags.ts';
import { interruption } from '../start/interruption.ts';

export default class SshConfig extends BaseCommand {
  static override summary = 'Let ssh, scp, rsync and editors reach the workspace.';
  static override description =
    'Makes keys for the workspace and a host entry for OpenSSH, `shop.devenv` for the project shop, and asks before it adds one line to ~/.ssh/config. Each connection starts an sshd in the workspace, which opens no port and ends with the connection. The workspace needs the package openssh-server.';
  static override examples = [
    '<%= config.bin %> ssh-config',
    '<%= config.bin %> ssh-config --print',
    '<%= config.bin %> ssh-config --name review --yes',
  ];
  static override streams = true;
  static override flags = {
    name: workspaceFlag,
    print: Flags.boolean({ description: 'Print the entry instead of writing it.' }),
    connect: Flags.boolean({
      description: 'Connect stdin and stdout with an sshd in the workspace, as the entry tells ssh to do.',
      exclusive: ['print'],
    }),
  };

  async run(): Promise<object | void> {
    const { flags } = await this.parse(SshConfig);
    const ports = await this.open(flags);
    if (flags.connect) {
      const { stdin, stdout, stderr } = process;
      process.exitCode = await connectSsh(ports, flags.name, {
        io: { stdin, stdout, stderr },
        onSignal: (listener) => interruption.divert(listener),
      });
      return;
    }
    const { program } = this.config as OwnConfig;
    const result = await sshConfig(ports, flags.name, { program, print: flags.print });
    const { host, entry, file, include } = result;
    if (file === undefined) this.log(entry.trimEnd());
    else this.log(`Wrote ${file}.`);
    if (include !== undefined)
      this.log(
        include.present
          ? `Connect with \`ssh ${host}\`.`
          : `Add this line to the start of ~/.ssh/config: ${include.line}`,
      );
    return result;
  }
}
