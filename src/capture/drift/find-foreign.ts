import { inImage } from '../../observe/images/in-image.ts';
import { readOutput } from '../../observe/read-output.ts';
import type { Drift } from '../../model/drift.ts';
import type { Image } from '../../model/image.ts';
import type { Engine } from '../../ports/engine.ts';
import { madisonArgv, parseMadison } from '../../providers/apt-available.ts';

/** In every Debian release: where it is not found, the package lists are not there. */
const everywhere = 'base-files';

/**
 * Debian packages of a drift that the sources of the version do not have, with
 * the reason: from a file, or from a source that was added by hand. A build
 * from devenv.yaml would not find them. Item id → reason.
 */
export async function findForeign(
  engine: Engine,
  owner: string,
  version: Image,
  drift: Drift,
): Promise<ReadonlyMap<string, string>> {
  const wanted = drift.groups
    .flatMap((group) => (group.cause === 'apt' ? group.items : []))
    .filter(({ change, version: installed, name }) => change !== 'removed' && installed !== undefined && isName(name));
  if (wanted.length === 0) return new Map();
  const argv = madisonArgv([everywhere, ...wanted.map(({ name }) => name)]);
  const output = await inImage(engine, owner, version.id, version.config, (id) => readOutput(engine, id, argv));
  const available = parseMadison(output?.toString('utf8') ?? '');
  if (!available.has(everywhere)) return new Map();
  return new Map(
    wanted
      .filter(({ name, version: installed = '' }) => !(available.get(bare(name)) ?? []).includes(installed))
      .map(({ name }) => [`apt:${name}`, 'none of the version\u2019s package sources has it in this version']),
  );
}

const isName = (name: string): boolean => /^[a-z0-9][a-z0-9+.:-]*$/.test(name);
const bare = (name: string): string => name.split(':')[0] ?? name;
