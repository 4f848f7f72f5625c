import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../start/base-command.ts';

export default class ConfigSchema extends BaseCommand {
  static override summary = 'Print the JSON Schema of devenv.yaml.';
  static override description = 'Editors use it to complete and check devenv.yaml; `devenv init` points them to it.';
  static override examples = [
    '<%= config.bin %> config schema > devenv.schema.json',
    '<%= config.bin %> config schema --personal',
  ];
  static override flags = {
    personal: Flags.boolean({ description: 'Print the schema of personal.yaml instead.' }),
    machine: Flags.boolean({ description: 'Print the schema of config.yaml instead.', exclusive: ['personal'] }),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(ConfigSchema);
    const name = flags.personal ? 'personal' : flags.machine ? 'config' : 'devenv';
    const { schemas } = await import('devenv:files');
    const text = schemas.get(name) ?? '';
    this.log(text.trimEnd());
    return JSON.parse(text) as object;
  }
}
