import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { exportEnvironment, exportFormats, type ExportFormat } from '../share/export.ts';
import { renderExport } from '../screen/render-export.ts';
import { BaseCommand } from '../start/base-command.ts';

export default class Export extends BaseCommand {
  static override summary = "Write the environment in another tool's format.";
  static override description =
    'Prints a file that opens the current version by digest without devenv: devcontainer.json, a Dockerfile, a compose file, a Kubernetes pod, or a job for GitHub Actions or GitLab CI. The version has to be pushed, unless the format is a Dockerfile. Secrets are named, and their values are not written. What the format cannot say is listed on stderr.';
  static override examples = [
    '<%= config.bin %> export devcontainer --output .devcontainer/devcontainer.json',
    '<%= config.bin %> export compose > compose.yaml',
    '<%= config.bin %> export github --task test --output .github/workflows/devenv.yml',
  ];
  static override tidies = true;
  static override args = {
    format: Args.string({ description: 'The format.', required: true, options: [...exportFormats] }),
  };
  static override flags = {
    output: Flags.string({
      char: 'o',
      description: 'Write to this file, and further ones beside it. Default: print the first file.',
      helpValue: 'FILE',
    }),
    force: Flags.boolean({ char: 'f', description: 'Replace files that exist.', dependsOn: ['output'] }),
    task: Flags.string({
      description:
        'Task that a job of GitHub Actions or GitLab CI runs. Default: ci, test or check, the first that exists.',
      helpValue: 'TASK',
    }),
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(Export);
    const ports = await this.open(flags);
    const result = await exportEnvironment(ports, {
      format: args.format as ExportFormat,
      force: flags.force,
      ...(flags.output !== undefined && { output: flags.output }),
      ...(flags.task !== undefined && { task: flags.task }),
    });
    const [first, ...others] = result.files;
    for (const line of result.notes) ports.progress.note(line);
    if (flags.output !== undefined) this.log(renderExport(result, flags.output));
    else this.log(first.text.trimEnd());
    if (flags.output === undefined && others.length > 0 && !this.jsonEnabled())
      ports.progress.note(`It needs ${others.map(({ name }) => name).join(', ')} beside it: write both with --output.`);
    return result;
  }
}
