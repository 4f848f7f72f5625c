import { readFile } from 'node:fs/promises';
import { BaseCommand } from '../base-command.ts';

export default class ConfigSchema extends BaseCommand {
  static override summary = 'Print the JSON Schema of devenv.yaml.';
  static override description = 'Editors use it to complete and check devenv.yaml; `devenv init` points them to it.';
  static override examples = ['<%= config.bin %> config schema > devenv.schema.json'];

  async run(): Promise<object> {
    await this.parse(ConfigSchema);
    const text = await readFile(`${this.config.root}/schemas/devenv.schema.json`, 'utf8');
    this.log(text.trimEnd());
    return JSON.parse(text) as object;
  }
}
