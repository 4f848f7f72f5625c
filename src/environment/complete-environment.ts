import { readToolFile } from '../providers/tools/read-tool-file.ts';
import type { Environment } from '../model/environment.ts';
import type { Service, EnvFile } from '../model/service.ts';
import type { HostFiles } from '../ports/host-files.ts';
import type { ParseTree } from './compose/read-compose.ts';
import { escapeEnvValue } from './env-references.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import { parseDotenv } from './parse-dotenv.ts';
import { readProjectText, requireProjectText } from './read-project-text.ts';

/**
 * The environment of a devenv.yaml with everything that it takes from other
 * files of the project. Reads only files that it names. `variables`: the
 * person's environment. `parse`: of compose files. Throws CONFIG_INVALID.
 */
export async function completeEnvironment(
  files: Pick<HostFiles, 'readText'>,
  folder: string,
  written: Environment,
  variables: Readonly<Record<string, string | undefined>>,
  parse: ParseTree = parseCompose,
): Promise<Environment> {
  const { compose } = written;
  const environment =
    compose === undefined
      ? written
      : await (
          await import('./compose/add-compose.ts')
        ).addCompose({ files, folder, variables, parse }, written, compose);
  const budget = { left: mostEnvText };
  const services: Service[] = [];
  for (const service of environment.services) {
    const where = `services.${service.name}.env_file`;
    const given = await readEnvFiles(files, folder, service.envFiles, where, budget);
    services.push({ ...service, env: { ...given, ...service.env } });
  }
  const given = await readEnvFiles(files, folder, environment.envFiles, 'env_file', budget);
  const literal = Object.entries(given).map(([name, value]) => [name, escapeEnvValue(value)] as const);
  const tools = await readToolFiles(files, folder, environment);
  return { ...environment, tools, env: { ...Object.fromEntries(literal), ...environment.env }, services };
}

const parseCompose: ParseTree = async (...file) => (await import('./compose/read-tree.ts')).readTree(...file);

/** Each is read at each command. */
const mostFiles = 100;

/** How much of env files one environment may still take, in characters: many services can name one large file. */
interface EnvFilesBudget {
  left: number;
}

const mostEnvText = 4 * 1024 * 1024;

/**
 * The variables of `.env` files of the project; a later file counts before an
 * earlier one. Throws CONFIG_INVALID. `where`: the key that names them.
 */
async function readEnvFiles(
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
    if (text === undefined && required)
      throw new DevenvError('CONFIG_INVALID', `${where} names the file ${path}, but the project has no such file.`, {
        hint: `Add the file, or write {path: ${path}, required: false}.`,
        data: { envFile: path },
      });
    budget.left -= text?.length ?? 0;
    if (budget.left < 0)
      throw new DevenvError('CONFIG_INVALID', `${where} and other env files are together larger than devenv reads.`, {
        hint: `Keep them below ${String(mostEnvText / 1024 ** 2)} MB, each counted as often as it is named.`,
      });
    for (const [name, value] of parseDotenv(text ?? '', path)) values.set(name, value);
  }
  return Object.fromEntries(values);
}

/** Bytes: a package.json can be long. */
const limit = 1024 * 1024;

/** The versions of tools, those of `{from: FILE}` read from their files. Throws CONFIG_INVALID. */
async function readToolFiles(
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
