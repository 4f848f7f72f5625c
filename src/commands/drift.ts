import * as Flags from '@oclif/core/flags';
import { drift } from '../capture/drift/drift.ts';
import { renderDrift } from '../screen/render/render-drift.ts';
import { findWidth } from '../screen/terminal/find-width.ts';
import { BaseCommand } from '../start/base-command.ts';
import { workspaceFlag } from '../start/flags.ts';

export default class Drift extends BaseCommand {
  static override summary = 'Show uncommitted changes in the workspace, grouped by cause.';
  static override description =
    'Causes are packages of apt, npm, pip, cargo, gem and go, runtimes, files, users, variables, services and noise. Changes nothing.';
  static override examples = ['<%= config.bin %> drift', '<%= config.bin %> drift --files'];
  static override flags = {
    name: workspaceFlag,
    files: Flags.boolean({ description: 'List every changed path.' }),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(Drift);
    const result = await drift(await this.open(flags), flags.name, flags.files);
    // There may be a million rows: render none under --json.
    if (this.jsonEnabled()) return result;
    const pieces = renderDrift(result, { files: flags.files, width: findWidth() });
    if (process.stdout.isTTY) await this.page([...pieces].join('\n'));
    else for (const text of pieces) this.log(text);
    return result;
  }
}
