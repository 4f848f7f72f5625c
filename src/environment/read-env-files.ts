import { DevenvError } from '../errors/devenv-error.ts';
import type { EnvFile } from '../model/workspace.ts';
import type { HostFiles } from '../ports/host-files.ts';
import { parseDotenv } from './parse-dotenv.ts';
import { readProjectText } from './read-project-text.ts';

/** Each is read at each command. */
const mostFiles = 100;

/** How much of env files one environment may still take, in characters: many services can name one large file. */
export interface EnvFilesBudget {
  left: number;
}

export const mostEnvText = 4 * 1024 * 1024;

/**
 * The variables of `.env` files of the project; a later file counts before an
 * earlier one. Throws CONFIG_INVALID. `where`: the key that names them.
 */
export async function readEnvFiles(
  files: Pick<HostFiles, 'readText'>,
  folder: string,
  envFiles: readonly EnvFile[],
  where: string,
  budget: EnvFilesBudget,
): Promise<Readonly<Record<string, string>>> {
  if (envFiles.length > mostFiles)
    throw new DevenvError(
      'CONFIG_INVALID',
      `${where} names ${String(envFiles.length)} files; devenv reads at most ${String(mostFiles)}.`,
    );
  const values = new Map<string, string>();
  for (const { path, required } of envFiles) {
    const text = await readProjectText(files, folder, path, where);
    if (text === undefined && required) {
      throw new DevenvError('CONFIG_INVALID', `${where} names the file ${path}, but the project has no such file.`, {
        hint: `Add the file, or write {path: ${path}, required: false}.`,
      });
    }
    budget.left -= text?.length ?? 0;
    if (budget.left < 0)
      throw new DevenvError('CONFIG_INVALID', `${where} and other env files are together larger than devenv reads.`, {
        hint: `Keep them below ${String(mostEnvText / 1024 ** 2)} MB, each counted as often as it is named.`,
      });
    for (const [name, value] of parseDotenv(text ?? '', path)) values.set(name, value);
  }
  return Object.fromEntries(values);
}
