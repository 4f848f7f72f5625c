import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { importFile } from '../share/import.ts';
import { renderImport } from '../screen/render/render-import.ts';
import { BaseCommand } from '../start/base-command.ts';

export default class Import extends BaseCommand {
  static override summary = "Create a devenv.yaml from another tool's file.";
  static override description =
    'Reads a devcontainer.json, a compose file, a Dockerfile, a Vagrantfile or .tool-versions, and says of each field what it becomes: a key of devenv.yaml, kept by reference, not needed, or not mapped and why. Nothing of the file runs. Shows devenv.yaml and asks; never overwrites one.';
  static override examples = [
    '<%= config.bin %> import .devcontainer/devcontainer.json --check',
    '<%= config.bin %> import .devcontainer/devcontainer.json',
    '<%= config.bin %> import compose.yaml --service app --yes',
  ];
  static override tidies = true;
  static override args = {
    file: Args.string({ description: 'The file, in the project.' }),
  };
  static override flags = {
    check: Flags.boolean({ description: 'Print the table, and write nothing.' }),
    service: Flags.string({ description: 'Of a compose file: the service to work in.', helpValue: 'NAME' }),
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(Import);
    const result = await importFile(await this.open(flags), {
      ...{ file: args.file, check: flags.check, service: flags.service },
      onFields: (read) => this.log(renderImport(read)),
    });
    this.log(result.written ? 'Created devenv.yaml. Review it, then run `devenv up`.' : 'Nothing was written.');
    return result;
  }
}
