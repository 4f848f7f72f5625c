import type { Environment } from '../model/environment.ts';
import type { HostFiles } from '../ports/host-files.ts';
import { escapeEnvValue } from './env-references.ts';
import { parseConfig } from './parse.ts';
import { readToolFiles } from './read-tool-files.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import type { EnvFile } from '../model/workspace.ts';
import { parseDotenv } from './parse-dotenv.ts';
import { readProjectText } from './read-project-text.ts';

/**
 * The environment of a devenv.yaml with everything that it takes from other
 * files of the project. Reads only files that it names. `variables`: the
 * person's environment. Throws CONFIG_INVALID.
 */
export async function readEnvironment(
  files: Pick<HostFiles, 'readText'>,
  folder: string,
  text: string,
  variables: Readonly<Record<string, string | undefined>>,
): Promise<Environment> {
  const written = parseConfig(text, 'devenv.yaml');
  const { compose } = written;
  const environment =
    compose === undefined
      ? written
      : await (await import('./compose/add-compose.ts')).addCompose({ files, folder, variables }, written, compose);
  const services = await Promise.all(
    environment.services.map(async (service) => {
      if (service.envFiles.length === 0) return service;
      const given = await readEnvFiles(files, folder, service.envFiles, `services.${service.name}.env_file`);
      return { ...service, env: { ...given, ...service.env } };
    }),
  );
  const given = await readEnvFiles(files, folder, environment.envFiles, 'env_file');
  const literal = Object.entries(given).map(([name, value]) => [name, escapeEnvValue(value)] as const);
  const tools = await readToolFiles(files, folder, environment);
  return { ...environment, tools, env: { ...Object.fromEntries(literal), ...environment.env }, services };
}

/** Each is read at each command. */
const mostFiles = 100;

/**
 * The variables of `.env` files of the project; a later file counts before an
 * earlier one. Throws CONFIG_INVALID. `where`: the key that names them.
 */
async function readEnvFiles(
  files: Pick<HostFiles, 'readText'>,
  folder: string,
  envFiles: readonly EnvFile[],
  where: string,
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
    for (const [name, value] of parseDotenv(text ?? '', path)) values.set(name, value);
  }
  return Object.fromEntries(values);
}
