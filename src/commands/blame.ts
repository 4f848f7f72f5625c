import * as Args from '@oclif/core/args';
import { blame } from '../versions/blame.ts';
import { sanitizeLine } from '../screen/sanitize.ts';
import { BaseCommand } from '../start/base-command.ts';

export default class Blame extends BaseCommand {
  static override summary = 'Show which version added a tool: who, when and why.';
  static override description =
    'Searches what the versions declare. If none declares the name, searches their images for a package, a program or a path.';
  static override examples = [
    '<%= config.bin %> blame jq',
    '<%= config.bin %> blame npm:pnpm',
    '<%= config.bin %> blame /opt/tool',
  ];
  static override args = {
    tool: Args.string({ description: 'A package, program or path, or an item such as apt:jq.', required: true }),
  };
  static override tidies = true;

  async run(): Promise<object> {
    const { args, flags } = await this.parse(Blame);
    const result = await blame(await this.open(flags), args.tool);
    const { version, how, first } = result;
    const origin = how.kind === 'declared' ? `declared as ${how.item}` : `not declared, found as ${how.what}`;
    const lines = [
      `Version ${String(version.number)} added ${args.tool}: ${version.message}`,
      `  ${version.author}, ${version.date.slice(0, 10)}, ${origin}`,
      ...(first && how.kind === 'found' ? ['  The oldest version has it too: it may come from the base.'] : []),
    ];
    await this.page(lines.map(sanitizeLine).join('\n'));
    return result;
  }
}
