import { DevenvError } from '../../errors/devenv-error.ts';
import type { Drift } from '../../model/drift.ts';
import type { Context } from '../../ports/context.ts';
import { listSome } from '../../model/format-count.ts';

const day = 24 * 3600 * 1000;

/** Opens the person's editor for the message of a version, above a summary of its changes. Throws USAGE for an empty message. */
export async function editMessage(context: Context, drift: Drift): Promise<string> {
  const { files, machine, processes } = context;
  const file = `${machine.stateFolder}/COMMIT_MESSAGE`;
  await files.makeFolder(machine.stateFolder);
  await files.writeAtomic(file, describeForEditor(drift));
  const editor = findEditor(context);
  const { exitCode } = await processes.run([...editor, file], { terminal: true, timeout: day, cwd: context.folder });
  if (exitCode !== 0) throw refuse(`The editor \`${editor.join(' ')}\` failed with status ${String(exitCode)}.`);
  const message = ((await files.readText(file, 64 * 1024)) ?? '')
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .trim();
  if (message === '') throw refuse('The message is empty.');
  return message;
}

/** A file for the editor: an empty line for the message, and comments. */
function describeForEditor({ version, groups }: Drift): string {
  const lines = groups
    .filter(({ cause }) => cause !== 'records' && cause !== 'noise')
    .map(({ title, items, count }) => {
      const names = items.slice(0, 10).map(({ name }) => name.replaceAll(/\s+/g, ' '));
      return `#   ${title}: ${listSome(names, 10, count)}`;
    });
  return [
    '',
    '# Describe what was added, and why. Lines that start with # are ignored.',
    '# An empty message cancels the commit.',
    '#',
    `# Changes since version ${String(version)}:`,
    ...lines,
    '',
  ].join('\n');
}

/** The words of VISUAL or EDITOR, else an editor that is installed. */
function findEditor({ variables, programs }: Context): readonly string[] {
  const chosen = [variables['VISUAL'], variables['EDITOR']].find((value) => value !== undefined && value.trim() !== '');
  if (chosen !== undefined) return chosen.trim().split(/\s+/);
  const found = ['nano', 'vim', 'vi'].find((name) => programs.find(name) !== undefined);
  if (found !== undefined) return [found];
  throw refuse('No editor is installed, and EDITOR is not set.');
}

const refuse = (message: string): DevenvError =>
  new DevenvError('USAGE', message, {
    state: 'Nothing was committed.',
    hint: 'Give the message on the command line: `devenv commit -m "what was added, and why"`.',
  });
