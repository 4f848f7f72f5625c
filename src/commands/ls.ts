import { ls } from '../workspace/ls.ts';
import { quoteWords } from '../model/shell/quote-words.ts';
import { formatSize } from '../screen/format-size.ts';
import { renderTable } from '../screen/render-table.ts';
import { findWidth } from '../screen/terminal/find-width.ts';
import { BaseCommand } from '../start/base-command.ts';

const destroyOf = ({ folder, workspace }: { folder: string; workspace: string }): string =>
  `devenv destroy -C ${quoteWords([folder])}${workspace === 'main' ? '' : ` --name ${workspace}`}`;

export default class Ls extends BaseCommand {
  static override summary = 'List the workspaces of all projects on the engine.';
  static override examples = ['<%= config.bin %> ls', '<%= config.bin %> ls --json'];

  async run(): Promise<object> {
    const { flags } = await this.parse(Ls);
    const workspaces = await ls(await this.open(flags));
    const rows = workspaces.map((row) => [
      ...[row.project, row.workspace, String(row.version), row.state],
      row.changed === undefined ? '?' : row.changed ? 'changed' : '-',
      ...[row.disk, row.memory].map((bytes) => (bytes === undefined ? '-' : formatSize(bytes))),
      row.services.map(({ name, state }) => (state === 'running' ? name : `${name} (${state})`)).join(', '),
      row.gone === true ? `${row.folder} (gone)` : row.folder,
    ]);
    const [gone] = workspaces.filter((row) => row.gone === true);
    this.log(
      rows.length === 0
        ? 'No workspaces.'
        : renderTable(
            ['PROJECT', 'NAME', 'VERSION', 'STATE', 'DRIFT', 'DISK', 'MEMORY', 'SERVICES', 'FOLDER'],
            rows,
            findWidth(),
          ),
    );
    if (gone !== undefined)
      this.log(`The project folder of a workspace is gone: remove it with \`${destroyOf(gone)}\`.`);
    return { workspaces };
  }
}
