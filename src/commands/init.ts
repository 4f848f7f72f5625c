import * as Flags from '@oclif/core/flags';
import { init, listTemplates, writeWrapper } from '../share/init.ts';
import { renderInit, renderTemplates } from '../screen/render/render-init.ts';
import { BaseCommand } from '../start/base-command.ts';

export default class Init extends BaseCommand {
  static override summary = 'Create a devenv.yaml from what the project says.';
  static override description =
    'Reads manifests, lock files, version files, Dockerfiles, compose files and CI workflows, and proposes a devenv.yaml in which each line names the file that it comes from. Shows it and asks; --yes takes all of it. Never overwrites an existing file.';
  static override examples = [
    '<%= config.bin %> init',
    '<%= config.bin %> init --dry-run',
    '<%= config.bin %> init --yes',
    '<%= config.bin %> init --base debian:bookworm-slim',
    '<%= config.bin %> init --wrapper',
    '<%= config.bin %> init --list',
    '<%= config.bin %> init --template full-stack',
    '<%= config.bin %> init --template https://git.example.com/team/template.git',
  ];
  static override tidies = true;
  static override flags = {
    base: Flags.string({
      description: 'Image to start from. Default: what the project says, or a base assembled from the Debian mirror.',
      helpValue: 'IMAGE',
    }),
    template: Flags.string({
      description: 'Start from a template: its name, a folder, or the address of a git repository.',
      helpValue: 'NAME',
    }),
    from: Flags.option({
      description: "Import another tool's file from its usual place, as `devenv import FILE` does.",
      options: ['devcontainer', 'compose', 'dockerfile'] as const,
      exclusive: ['template', 'base'],
    })(),
    'dry-run': Flags.boolean({ description: 'Show what would be written, and write nothing.', exclusive: ['list'] }),
    wrapper: Flags.boolean({
      description: 'Write devenvw and devenvw.cmd, which run this version of devenv on machines that have none.',
      exclusive: ['template', 'base', 'from', 'list', 'dry-run'],
    }),
    list: Flags.boolean({ description: 'List the templates.', exclusive: ['template', 'base', 'from'] }),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(Init);
    const { templates, wrapper } = await import('devenv:files');
    if (flags.wrapper) {
      const { version } = this.config;
      const written = await writeWrapper(await this.open(flags), { files: wrapper, version });
      this.log(`Wrote ${written.join(', ')}. Commit them: \`./devenvw up\` then needs no installation.`);
      return { written };
    }
    if (flags.list) {
      const found = listTemplates(templates);
      this.log(renderTemplates(found));
      return { templates: found };
    }
    const result = await init(await this.open(flags), {
      templates,
      dryRun: flags['dry-run'],
      ...(flags.base !== undefined && { base: flags.base }),
      ...(flags.from !== undefined && { from: flags.from }),
      ...(flags.template !== undefined && { template: flags.template }),
    });
    this.log(renderInit(result));
    return result;
  }
}
