import { example } from './use-case.ts';
import { BaseCommand } from '../../src/start/base-command.ts';

export default class Example extends BaseCommand {
  static override summary = 'Show the folder of the project.';
  static override examples = ['<%= config.bin %> example', '<%= config.bin %> example --json'];

  async run(): Promise<object> {
    const { flags } = await this.parse(Example);
    const result = await example(await this.open(flags));
    this.log(result.folder);
    return result;
  }
}
