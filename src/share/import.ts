import { basename, join, posix, relative } from 'node:path';
import { DevenvError } from '../errors/devenv-error.ts';
import { suggestNearest } from '../errors/suggest-nearest.ts';
import type { Context } from '../ports/context.ts';
import { checkProposal } from './move-in/check-proposal.ts';
import { importCompose, isComposeFile } from './move-in/import/compose-file.ts';
import { importDevcontainer } from './move-in/import/devcontainer.ts';
import { importDockerfile } from './move-in/import/dockerfile.ts';
import { sourceOf, type Imported } from './move-in/import/imported.ts';
import { importToolVersions } from './move-in/import/tool-versions.ts';
import { importVagrantfile } from './move-in/import/vagrantfile.ts';
import { listSome } from '../model/format-count.ts';
import { composeNames } from './move-in/detect/compose.ts';
import { nameProject } from './move-in/name-project.ts';
import { keepFirst, type Field } from './move-in/proposal.ts';
import { refuseExisting, writeProposal } from './move-in/write-proposal.ts';

interface ImportOptions {
  /** Relative to the folder where the command was given, or absolute. */
  readonly file: string | undefined;
  /** Of a compose file: the service to work in. */
  readonly service?: string | undefined;
  /** Write nothing. */
  readonly check: boolean;
  /** Show what would be written, and write nothing. */
  readonly dryRun?: boolean | undefined;
  /** Gets the fields before anything is asked or written. */
  readonly onFields?: (read: Pick<ImportResult, 'file' | 'fields'>) => void;
}

export interface ImportResult {
  readonly file: string;
  readonly fields: readonly Field[];
  /** The devenv.yaml that it means. */
  readonly yaml: string;
  /** Whether it was written, and which other files were changed with it. */
  readonly written: boolean;
  readonly changed: readonly string[];
}

/** Bytes. */
const limit = 256 * 1024;
/** Names of a folder that are compared with a mistyped one. */
const mostBeside = 200;

/**
 * Turns another tool's file into a devenv.yaml: each of its fields is mapped, kept
 * by reference, or named as lost. Nothing of the file runs. Throws USAGE for a file
 * of another kind, CONFIG_INVALID, CONFIG_EXISTS, NOT_CONFIRMED.
 */
export async function importFile(
  context: Context,
  { file, service, check, dryRun = false, onFields }: ImportOptions,
): Promise<ImportResult> {
  if (!check) await refuseExisting(context);
  if (file === undefined) throw await nameFile(context, '');
  const path = relative(context.folder, join(file.startsWith('/') ? '/' : context.folder, file)).replaceAll('\\', '/');
  if (path === '') throw await nameFile(context, '');
  if (path.startsWith('../'))
    throw new DevenvError('USAGE', `${file} is not in the project ${context.folder}.`, {
      state: 'Nothing was written.',
    });
  const imported = await readImported(context, path, service);
  const name = imported.name ?? nameProject(basename(context.folder));
  const { text, refused } = await checkProposal(context, name, keepFirst(imported.entries));
  const fields = markRefused(path, imported.fields, refused);
  const result = { file: path, fields, yaml: text };
  onFields?.(result);
  if (check) return { ...result, written: false, changed: [] };
  return { ...result, written: !dryRun, changed: await writeProposal(context, text, { dryRun }) };
}

/** USAGE for a folder of the project, '' for the project itself, with the files in it that can be imported. */
async function nameFile({ files, folder }: Context, path: string): Promise<DevenvError> {
  const names = await files.list(join(folder, path), mostBeside, folder);
  const deeper = names.includes('.devcontainer') ? ['.devcontainer/devcontainer.json'] : [];
  const found = [...names.filter(isImportable), ...deeper].sort().map((name) => posix.join(path, name));
  const [first] = found;
  return new DevenvError('USAGE', path === '' ? 'Name the file to import.' : `${path} is a folder, not a file.`, {
    hint:
      first === undefined
        ? importable
        : `It has ${listSome(found)}: \`devenv import ${found.length > 1 ? 'FILE' : first}\`.`,
    state: 'Nothing was written.',
  });
}

const importable = 'It imports devcontainer.json, compose files, Dockerfiles, Vagrantfiles and .tool-versions.';

const isImportable = (name: string): boolean =>
  composeNames.includes(name) ||
  /^(?:\.?devcontainer\.json|Dockerfile|Containerfile|Vagrantfile|\.tool-versions)$/.test(name);

/** What a file of the project says. `path`: in the project. */
export async function readImported(context: Context, path: string, service?: string): Promise<Imported> {
  const { files, folder } = context;
  const read = (other: string): Promise<string | undefined> => files.readText(join(folder, other), limit, folder);
  if ((await files.kindOf(join(folder, path))) === 'folder') throw await nameFile(context, path);
  const text = await read(path);
  const name = posix.basename(path);
  if (text === undefined) {
    const beside = await files.list(join(folder, posix.dirname(path)), mostBeside, folder);
    const hint = suggestNearest(name, beside, (near) => posix.join(posix.dirname(path), near)).trim();
    throw new DevenvError('USAGE', `There is no file ${path} in ${folder}.`, { hint, state: 'Nothing was written.' });
  }
  if (/^\.?devcontainer\.json$/.test(name))
    return importDevcontainer(text, { file: path, folder: nameProject(basename(folder)), read });
  if (/\.ya?ml$/.test(name) && isComposeFile(text, path)) return importCompose(text, path, read, service);
  if (/^(?:Dockerfile|Containerfile)|\.Dockerfile$/i.test(name)) return importDockerfile(text, path);
  if (name === 'Vagrantfile') return importVagrantfile(text, path);
  if (name === '.tool-versions') return importToolVersions(text, path);
  throw new DevenvError('USAGE', `${path} is not a file that can be imported.`, {
    hint: importable,
    state: 'Nothing was written.',
  });
}

type Refused = Awaited<ReturnType<typeof checkProposal>>['refused'];

/** Fields whose entry devenv refuses are lost. Those of a part that stays are not. */
function markRefused(file: string, fields: readonly Field[], refused: Refused): readonly Field[] {
  const reasons = new Map(refused.map(({ entry, reason }) => [entry.from, reason]));
  const compose = refused.find(({ entry }) => entry.path[0] === 'compose')?.reason;
  return fields.map((field) => {
    const reason = reasons.get(sourceOf(file, field.name)) ?? (field.to.startsWith('compose') ? compose : undefined);
    return reason === undefined || field.verdict === 'unneeded' ? field : { ...field, verdict: 'unmapped', to: reason };
  });
}
