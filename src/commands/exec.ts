import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { exec } from '../session/exec.ts';
import { attachTerminal } from '../screen/terminal/attach-terminal.ts';
import { BaseCommand } from '../start/base-command.ts';
import { execFlags, workspaceFlag } from '../start/flags.ts';
import { parseLimit } from '../start/parse-time.ts';
import { interruption } from '../start/interruption.ts';

export default class Exec extends BaseCommand {
  static override summary = 'Run a command in the workspace.';
  static override description =
    'Runs in the folder that matches the current one, and passes on input, output, signals and the exit status unchanged.';
  static override examples = [
    '<%= config.bin %> exec npm test',
    '<%= config.bin %> exec --root apt-get install jq',
    '<%= config.bin %> exec --timeout 10m npm test',
  ];
  static override enableJsonFlag = false;
  static override streams = true;
  static override strict = false;
  static override passThrough = true;
  static override args = {
    command: Args.string({ description: 'The command and its arguments.', required: true }),
  };
  static override flags = {
    name: workspaceFlag,
    ...execFlags,
    timeout: Flags.string({
      description: 'End the command, and everything that it started, after this time. The exit status is then 124.',
      helpValue: 'DURATION',
    }),
  };

  async run(): Promise<void> {
    const { flags, program } = await this.#parseOwn();
    const limit = flags.timeout === undefined ? undefined : parseLimit(flags.timeout);
    const ports = await this.open(flags);
    const terminal = attachTerminal(ports.programs);
    try {
      process.exitCode = await exec(ports, flags.name, {
        argv: program,
        root: flags.root,
        agent: flags.agent,
        limit,
        env: [...terminal.env, ...flags.env],
        io: terminal.io,
        onSignal: (listener) => interruption.divert(listener),
      });
    } finally {
      terminal.restore();
    }
  }

  /** oclif parses devenv's own flags and the name of the program. It would remove a later `--`. */
  async #parseOwn() {
    const end = this.argv.indexOf('--');
    const program = end === -1 ? [] : this.argv.slice(end + 1);
    const { flags } = await this.parse(Exec, [
      ...(end === -1 ? this.argv : this.argv.slice(0, end + 1)),
      ...program.slice(0, 1),
    ]);
    return { flags, program };
  }
}
