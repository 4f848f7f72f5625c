import { hashToHex } from '../lock/hash-json.ts';
import type { Environment } from '../model/environment.ts';
import type { Context } from '../ports/context.ts';
import { recallFile } from './recall-file.ts';

/** The result of parsing devenv.yaml. `hash`: of the text. */
interface Parsed {
  readonly hash: string;
  readonly environment: Environment;
}

const parsed = recallFile<Parsed>('parsed');

/**
 * Returns the parsed devenv.yaml. It is recalled if the same build of devenv parsed
 * the same text in this folder before: loading the parser takes most of the time of
 * a command that has nothing to do. Only valid files are recalled. Errors: as in
 * `parseConfig`.
 */
export async function recallConfig(
  ports: Pick<Context, 'files' | 'machine'>,
  folder: string,
  text: string,
): Promise<Environment> {
  const hash = hashToHex(text);
  const known = await parsed.read(ports, folder);
  if (known.environment !== undefined && known.hash === hash) return known.environment;
  const { parseConfig } = await import('../environment/parse.ts');
  const environment = parseConfig(text, 'devenv.yaml');
  await parsed.write(ports, folder, { hash, environment });
  return environment;
}
