import { DevenvError } from '../errors/devenv-error.ts';
import type { Environment } from '../model/environment.ts';
import type { HostFiles } from '../ports/host-files.ts';
import { readToolFile } from '../providers/tools/read-tool-file.ts';

/** Bytes. */
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
    const text = await files.readText(`${folder}/${path}`, limit, folder).catch((cause: unknown) => {
      throw new DevenvError('CONFIG_INVALID', `${path}, which ${at} names, cannot be read.`, { cause });
    });
    if (text === undefined) {
      throw new DevenvError('CONFIG_INVALID', `${at} names the file ${path}, but the project has no such file.`, {
        hint: 'Add the file, or write the version into devenv.yaml.',
      });
    }
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
