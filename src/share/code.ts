import { isAbsolute, join } from 'node:path';
import { requireTrust } from '../containers/require-trust.ts';
import { findProject } from '../environment/find.ts';
import { isOutside } from '../environment/is-outside.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import { quoteWords } from '../model/shell/quote-words.ts';
import { readMachineConfig } from '../observe/read-machine-config.ts';
import { readProject } from '../observe/project.ts';
import type { Context } from '../ports/context.ts';
import { exportEnvironment, type ExportOptions } from './export.ts';

interface CodeOptions {
  /** Default: that of config.yaml, else the first of `usual` that is installed. */
  readonly editor?: string | undefined;
  /** Write and start nothing. */
  readonly print: boolean;
  /** The editor may use the terminal. */
  readonly terminal: boolean;
}

export interface CodeResult {
  /** Program and arguments that open the definition. */
  readonly command: readonly string[];
  /** Paths of the files that were written; empty if they were up to date. */
  readonly written: readonly string[];
}

/** Editors with the extension Dev Containers, which open a folder in its container at once. */
const usual = ['code', 'cursor', 'code-insiders'];

const definition = '.devcontainer/devcontainer.json';

/** Bytes of a file that an export writes. */
const limit = 1024 * 1024;

/** Milliseconds; an editor in the terminal may be open for days. */
const longest = 2 ** 31 - 1;

/**
 * Opens the current version in an editor, by its exported devcontainer.json.
 * Asks before it replaces a file that says something else. The editor gives its
 * container what devenv.yaml asks for: throws NOT_TRUSTED if the person did not
 * agree to that, further USAGE, HOST_PROGRAM_MISSING, NOT_CONFIRMED,
 * EDITOR_FAILED and what an export throws.
 */
export async function openCode(context: Context, { editor, print, terminal }: CodeOptions): Promise<CodeResult> {
  const { folder } = await findProject(context.files, context.folder);
  const here = { ...context, folder };
  const wanted =
    editor ?? (await readMachineConfig(context.files, `${context.machine.configFolder}/config.yaml`)).editor;
  const names = wanted === undefined ? usual : [await requireOutside(context, folder, wanted)];
  const name = names.find((one) => context.programs.find(one) !== undefined) ?? (print ? names[0] : undefined);
  if (name === undefined) throw noEditor(context, wanted);
  const options: ExportOptions = { format: 'devcontainer', force: true };
  const { files } = await exportEnvironment(here, options);
  const { workspaceFolder: target } = JSON.parse(files[0].text) as { readonly workspaceFolder: string };
  const command = [context.programs.find(name) ?? name, ...printArguments(name, folder, target)];
  if (print) return { command, written: [] };
  await requireTrust(here, await readProject(here));
  const written = (await agreeFiles(here, folder, files))
    ? (await exportEnvironment(here, { ...options, output: definition })).written
    : [];
  const { exitCode, stderr } = await context.processes.run(command, { cwd: folder, terminal, timeout: longest });
  if (exitCode === 0) return { command, written };
  throw new DevenvError(
    'EDITOR_FAILED',
    `${quoteWords(command)} ended with status ${String(exitCode)}. ${stderr}`.trim(),
  );
}

/** An editor of `usual` opens a folder in its container by an address with the folder's path in hex digits; others get the folder. */
function printArguments(name: string, folder: string, target: string): readonly string[] {
  if (!usual.includes(name.slice(name.lastIndexOf('/') + 1))) return [folder];
  const authority = `dev-container+${Buffer.from(folder).toString('hex')}`;
  return ['--folder-uri', `vscode-remote://${authority}${encodeURI(target)}`];
}

/** True if files have to be written. Throws NOT_CONFIRMED. */
async function agreeFiles(
  { files, prompt }: Context,
  folder: string,
  wanted: readonly { readonly name: string; readonly text: string }[],
): Promise<boolean> {
  const found = await Promise.all(
    wanted.map(({ name }) => files.readText(join(folder, '.devcontainer', name), limit, folder)),
  );
  const isOutdated = ({ text }: { readonly text: string }, index: number): boolean => found[index] !== text;
  if (!wanted.some(isOutdated)) return false;
  const other = wanted.find((file, index) => found[index] !== undefined && isOutdated(file, index));
  if (other === undefined) return true;
  const path = `.devcontainer/${other.name}`;
  if (await prompt.confirm(`Replace ${path} with the definition of the current version?`, false)) return true;
  throw new DevenvError('NOT_CONFIRMED', `${path} differs from the definition of the current version.`, {
    hint: 'Run the same command with --yes to replace it.',
    state: 'It was not changed.',
  });
}

/** Refuses a program in the project folder, where a workspace can write. Throws USAGE. */
async function requireOutside({ files }: Context, folder: string, name: string): Promise<string> {
  if (!name.includes('/')) return name;
  const [project = folder, real = name] = await Promise.all([files.realPath(folder), files.realPath(name)]);
  const inside = !isOutside(folder, name) || !isOutside(project, real);
  if (isAbsolute(name) && !inside) return name;
  throw new DevenvError('USAGE', `The editor ${name} must be a name, or an absolute path outside of the project.`);
}

function noEditor({ machine }: Context, wanted: string | undefined): DevenvError {
  const what = wanted ?? `editor (${usual.join(', ')})`;
  return new DevenvError('HOST_PROGRAM_MISSING', `This machine has no ${what} in its PATH.`, {
    hint: `Name another one with --editor, or with \`editor\` in ${machine.configFolder}/config.yaml. \`devenv code --print\` prints the command.`,
    state: 'Nothing was written.',
  });
}
