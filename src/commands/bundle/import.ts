import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { renderBundleImport } from '../../screen/render-bundle.ts';
import { importIntoProject } from '../../share/bundle/import.ts';
import { BaseCommand } from '../../start/base-command.ts';

export default class BundleImport extends BaseCommand {
  static override summary = 'Load versions from a bundle into the engine.';
  static override description =
    'Loads the versions, services and data that devenv-lock.yaml of the project names, and nothing else. The whole file is verified first: one that is damaged or made to deceive is refused, and nothing of it is loaded. Needs no network.';
  static override examples = [
    '<%= config.bin %> bundle import shop.tar',
    '<%= config.bin %> bundle import shop.tar --project-files',
  ];
  static override tidies = true;
  static override args = { file: Args.string({ description: 'The bundle.', required: true }) };
  static override flags = {
    'project-files': Flags.boolean({
      description: 'Also write devenv.yaml and devenv-lock.yaml of the bundle, into a folder that has neither.',
    }),
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(BundleImport);
    const projectFiles = flags['project-files'];
    const result = await importIntoProject(await this.open(flags), { file: args.file, projectFiles });
    this.log(renderBundleImport(result));
    return result;
  }
}
