import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { listTasks, run } from '../session/run.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import { renderTable } from '../screen/render-table.ts';
import { attachTerminal } from '../screen/terminal/attach-terminal.ts';
import { findWidth } from '../screen/terminal/find-width.ts';
import { BaseCommand } from '../start/base-command.ts';
import { execFlags, workspaceFlag } from '../start/flags.ts';
import { interruption } from '../start/interruption.ts';

export default class Run extends BaseCommand {
  static override summary = 'Run a task of devenv.yaml in the workspace.';
  static override description =
    'Runs the tasks that it depends on first, and passes on input, output, signals and the exit status of the task as `devenv exec` does. Words after the name go to the command. Without a name, lists the tasks.';
  static override examples = [
    '<%= config.bin %> run --list',
    '<%= config.bin %> run test',
    '<%= config.bin %> run test -- --watch',
  ];
  static override streams = true;
  static override strict = false;
  static override passThrough = true;
  static override args = { task: Args.string({ description: 'The task and arguments for its command.' }) };
  static override flags = {
    name: workspaceFlag,
    list: Flags.boolean({ char: 'l', description: 'List the tasks of devenv.yaml.' }),
    ...execFlags,
  };

  async run(): Promise<object | void> {
    // oclif parses devenv's own flags alone: it would take those of the task.
    const end = this.argv.includes('--') ? this.argv.indexOf('--') : this.argv.length;
    const [task, ...words] = this.argv.slice(end + 1);
    const { flags } = await this.parse(Run, this.argv.slice(0, end));
    const ports = await this.open(flags);
    if (task === undefined || flags.list) return this.#list(await listTasks(ports));
    if (this.jsonEnabled()) throw new DevenvError('USAGE', '--json is for `devenv run --list`.');
    process.exitCode = await run(ports, flags.name, {
      task,
      args: words[0] === '--' ? words.slice(1) : words,
      root: flags.root,
      agent: flags.agent,
      env: flags.env,
      attach: () => attachTerminal(ports.programs),
      onSignal: (listener) => interruption.divert(listener),
    });
  }

  #list(tasks: Awaited<ReturnType<typeof listTasks>>): object {
    const rows = tasks.map(({ name, description, run: command = [], depends }) => [
      name,
      description ?? (typeof command === 'string' ? (command.trim().split('\n')[0] ?? '') : command.join(' ')),
      depends.join(', '),
    ]);
    this.log(rows.length === 0 ? 'No tasks.' : renderTable(['TASK', 'RUNS', 'AFTER'], rows, findWidth()));
    return { tasks };
  }
}
