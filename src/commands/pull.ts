import { pull } from '../share/pull.ts';
import { BaseCommand } from '../start/base-command.ts';

export default class Pull extends BaseCommand {
  static override summary = 'Download the current version from the registry.';
  static override examples = ['<%= config.bin %> pull'];
  static override tidies = true;

  async run(): Promise<object> {
    const { flags } = await this.parse(Pull);
    const result = await pull(await this.open(flags));
    this.log(
      result.pulled
        ? `Pulled version ${String(result.version.number)}. Run \`devenv up\` to move the workspace to it.`
        : `Version ${String(result.version.number)} is already on this engine.`,
    );
    return result;
  }
}
