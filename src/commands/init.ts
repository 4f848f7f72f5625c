import { readFile } from 'node:fs/promises';
import * as Flags from '@oclif/core/flags';
import { init } from '../share/init.ts';
import { renderInit } from '../screen/render/render-init.ts';
import { BaseCommand } from '../start/base-command.ts';

export default class Init extends BaseCommand {
  static override summary = 'Create a devenv.yaml from what the project says.';
  static override description =
    'Reads manifests, lock files, version files, Dockerfiles, compose files and CI workflows, and proposes a devenv.yaml in which each line names the file that it comes from. Shows it and asks; --yes takes all of it. Never overwrites an existing file.';
  static override examples = [
    '<%= config.bin %> init',
    '<%= config.bin %> init --yes',
    '<%= config.bin %> init --base debian:bookworm-slim',
  ];
  static override tidies = true;
  static override flags = {
    base: Flags.string({
      description: 'Image to start from. Default: what the project says, or a base assembled from the Debian mirror.',
      helpValue: 'IMAGE',
    }),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(Init);
    const template = await readFile(`${this.config.root}/templates/devenv.yaml`, 'utf8');
    const result = await init(await this.open(flags), {
      template,
      ...(flags.base !== undefined && { base: flags.base }),
    });
    this.log(renderInit(result));
    return result;
  }
}
