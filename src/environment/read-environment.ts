import type { Environment } from '../model/environment.ts';
import type { Service } from '../model/workspace.ts';
import type { HostFiles } from '../ports/host-files.ts';
import { escapeEnvValue } from './env-references.ts';
import { parseConfig } from './parse.ts';
import { mostEnvText, readEnvFiles } from './read-env-files.ts';
import { readToolFiles } from './read-tool-files.ts';

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
