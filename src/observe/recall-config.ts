import { hashToHex } from '../lock/hash-json.ts';
import { asMap } from '../model/json.ts';
import type { Environment } from '../model/environment.ts';
import type { Context } from '../ports/context.ts';
import { stateFile } from './state-file.ts';

/** The result of parsing devenv.yaml. `build`: of devenv; `hash`: of the text. */
interface Parsed {
  readonly build: string;
  readonly hash: string;
  readonly environment: Environment;
}

const parsed = stateFile<Parsed>('parsed');

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
  const { build } = ports.machine;
  const hash = hashToHex(text);
  const record = build === undefined ? undefined : await parsed.read(ports, folder).catch(() => undefined);
  // The file may be damaged.
  const known: Partial<Parsed> = asMap(record);
  if (known.environment !== undefined && known.build === build && known.hash === hash) return known.environment;
  const { parseConfig } = await import('../environment/parse.ts');
  const environment = parseConfig(text, 'devenv.yaml');
  // If this fails, only the next command is slower.
  if (build !== undefined) await parsed.write(ports, folder, { build, hash, environment }).catch(() => undefined);
  return environment;
}
