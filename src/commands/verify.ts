import { verify } from '../workspace/verify.ts';
import { renderVerify } from '../screen/render/render-verify.ts';
import { BaseCommand } from '../start/base-command.ts';
import { workspaceFlag } from '../start/flags.ts';

export default class Verify extends BaseCommand {
  static override summary = 'Check that the workspace matches devenv-lock.yaml.';
  static override description =
    'Prints the content id of the running image and the fingerprint of the workspace. Both are equal on every machine and engine that runs the same workspace. Exits with 6 if something differs.';
  static override examples = ['<%= config.bin %> verify', '<%= config.bin %> verify --json'];
  static override flags = { name: workspaceFlag };

  async run(): Promise<object> {
    const { flags } = await this.parse(Verify);
    const result = await verify(await this.open(flags), flags.name);
    this.log(renderVerify(result));
    if (!result.identical) process.exitCode = 6;
    return result;
  }
}
