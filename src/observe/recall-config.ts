import { hashToHex } from '../lock/hash-json.ts';
import { asMap } from '../model/json.ts';
import type { Environment } from '../model/environment.ts';
import type { Context } from '../ports/context.ts';
import { stateFile } from './state-file.ts';

/** What a devenv.yaml of this text parsed to, in the program of this build. */
interface Parsed {
  readonly build: string;
  readonly hash: string;
  readonly environment: Environment;
}

const parsed = stateFile<Parsed>('parsed');

/**
 * Parses devenv.yaml, unless the same program parsed the same text in this folder
 * before: reading and checking it is most of the code of a command that finds
 * nothing to do. A file that is not valid is never recalled. Errors: as in `parseConfig`.
 */
export async function recallConfig(
  ports: Pick<Context, 'files' | 'machine'>,
  folder: string,
  text: string,
): Promise<Environment> {
  const { build } = ports.machine;
  const hash = hashToHex(text);
  const record = build === undefined ? undefined : await parsed.read(ports, folder).catch(() => undefined);
  // A damaged file of this machine can hold anything.
  const known: Partial<Parsed> = asMap(record);
  if (known.environment !== undefined && known.build === build && known.hash === hash) return known.environment;
  const { parseConfig } = await import('../environment/parse.ts');
  const environment = parseConfig(text, 'devenv.yaml');
  // Without it, only the next command is slower.
  if (build !== undefined) await parsed.write(ports, folder, { build, hash, environment }).catch(() => undefined);
  return environment;
}
