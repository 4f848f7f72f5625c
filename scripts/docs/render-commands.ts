import { loadProgram, readHelp } from './load-program.ts';
import { renderTable } from './render-table.ts';

/** The page of all commands: a table, then the help screen of each as the program prints it. */
export async function renderCommands(outputSchemas: readonly string[]): Promise<string> {
  const program = await loadProgram();
  const ids = Object.keys(program.commands).sort();
  const rows: (readonly string[])[] = [];
  const sections: string[] = [];
  for (const id of ids) {
    const words = id.split(':');
    const name = words.join(' ');
    const { default: command } = (await program.commands[id]?.()) ?? {};
    rows.push([`[\`${name}\`](#devenv-${words.join('-')})`, command?.summary ?? '']);
    sections.push(`## devenv ${name}`, `\`\`\`text\n${await readHelp(program, words)}\n\`\`\``);
    const schema = `${words.join('-')}.schema.json`;
    if (outputSchemas.includes(schema)) {
      sections.push(`\`--json\` prints a document of [this schema](../../schemas/output/${schema}).`);
    }
  }
  return [
    '# Commands',
    'The help screen of every command, as `devenv COMMAND --help` prints it. Exit statuses are in the [list of errors](errors.md#exit-statuses). With `--json`, an error is a document of [this schema](../../schemas/output/error.schema.json).',
    renderTable(['command', 'does'], rows),
    ...sections,
  ].join('\n\n');
}
