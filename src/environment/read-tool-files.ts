import { DevenvError } from '../errors/devenv-error.ts';
import type { Environment } from '../model/environment.ts';
import type { HostFiles } from '../ports/host-files.ts';
import { requireProjectText } from './read-project-text.ts';
import { readToolFile } from '../providers/tools/read-tool-file.ts';

/** Bytes: a package.json can be long. */
const limit = 1024 * 1024;

/** The versions of tools, those of `{from: FILE}` read from their files. Throws CONFIG_INVALID. */
export async function readToolFiles(
  files: Pick<HostFiles, 'readText'>,
  folder: string,
  { tools, toolFiles }: Environment,
): Promise<Environment['tools']> {
  const found: Record<string, string> = { ...tools };
  for (const [tool, path] of Object.entries(toolFiles)) {
    const at = `tools.${tool} in devenv.yaml`;
    const text = await requireProjectText(files, folder, path, at, limit);
    const version = readToolFile(tool, path, text);
    if (version === undefined) {
      throw new DevenvError('CONFIG_INVALID', `${path} asks for no version of ${tool} that devenv understands.`, {
        hint: 'Write a version such as 24 or 24.1.0 into it, or into devenv.yaml.',
      });
    }
    found[tool] = version;
  }
  return found;
}
