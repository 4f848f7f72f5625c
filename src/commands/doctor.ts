import { doctor } from '../machine/doctor.ts';
import { renderDoctor } from '../screen/render/render-doctor.ts';
import { BaseCommand } from '../start/base-command.ts';
import { workspaceFlag } from '../start/flags.ts';

export default class Doctor extends BaseCommand {
  static override summary = 'Check everything that a workspace depends on.';
  static override description =
    'Checks project, engine, trust, version, workspace and registry. Changes nothing and prints no secrets, so you can attach the output to a report. Exits with 1 if a check fails.';
  static override examples = ['<%= config.bin %> doctor', '<%= config.bin %> doctor --json'];
  static override flags = { name: workspaceFlag };

  async run(): Promise<object> {
    const { flags } = await this.parse(Doctor);
    const checks = await doctor(await this.open(flags), flags.name);
    const result = { program: this.config.userAgent, checks };
    this.log(renderDoctor(result));
    if (checks.some(({ state }) => state === 'bad')) process.exitCode = 1;
    return result;
  }
}
