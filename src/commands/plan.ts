import * as Flags from '@oclif/core/flags';
import { plan } from '../workspace/plan.ts';
import { renderPlan } from '../screen/render/render-plan.ts';
import { BaseCommand } from '../start/base-command.ts';
import { workspaceFlag } from '../start/flags.ts';

export default class Plan extends BaseCommand {
  static override summary = 'Show what `up` would do, and why.';
  static override description =
    'Shows the version that would be built, then every operation on images, network, volumes, containers and hooks, with its cause and the operations that it waits for. Without a container engine, shows only the build. Changes nothing.';
  static override examples = [
    '<%= config.bin %> plan',
    '<%= config.bin %> plan --exit-code',
    '<%= config.bin %> plan --clean',
  ];
  static override flags = {
    name: workspaceFlag,
    clean: Flags.boolean({ description: 'Plan a build from the base.' }),
    'exit-code': Flags.boolean({ description: 'Exit with 6 if a new version would be built.' }),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(Plan);
    const { image, operations, engine } = await plan(await this.open(flags), {
      ...{ workspace: flags.name, clean: flags.clean },
    });
    this.log(renderPlan(image, operations, engine));
    if (flags['exit-code'] && image.kind !== 'none') process.exitCode = 6;
    return { ...image, operations };
  }
}
