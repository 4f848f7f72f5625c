import { inImage } from '../../observe/images/ask-image.ts';
import { readOutput } from '../../observe/read-output.ts';
import type { Drift } from '../../model/drift.ts';
import type { Image } from '../../model/image.ts';
import type { Runtime } from '../../ports/runtime.ts';
import type { Provider } from '../../providers/provider.ts';
import { providers } from '../../providers/registry.ts';

/**
 * Packages of a drift that the package sources of the version do not have: from
 * a file, or from a source that was added by hand. A build from devenv.yaml
 * would not find them. Item id → reason. `version`: its image, or a running
 * container with the sources that the next version declares.
 */
export async function findForeign(
  runtime: Runtime,
  owner: string,
  version: Image | string,
  drift: Drift,
): Promise<ReadonlyMap<string, string>> {
  const found = await Promise.all(providers.map((provider) => findOf(runtime, owner, version, drift, provider)));
  return new Map(found.flat());
}

async function findOf(
  runtime: Runtime,
  owner: string,
  version: Image | string,
  drift: Drift,
  { name: provider, causes, sources, proposal }: Provider,
): Promise<readonly (readonly [id: string, reason: string])[]> {
  if (sources === 'none' || sources.question === undefined || proposal === 'none') return [];
  const { argv, parse, witness } = sources.question;
  const wanted = drift.groups
    .flatMap(({ cause, items }) => (cause in causes ? items : []).map((item) => ({ item, cause })))
    .flatMap(({ item, cause }) =>
      item.kind !== 'package' || item.change === 'removed' || item.version === undefined || !isName(item.name)
        ? []
        : proposal.isPulledIn(item, cause)
          ? []
          : [{ name: item.name, installed: item.version }],
    );
  if (wanted.length === 0) return [];
  const words = argv([witness, ...wanted.map(({ name }) => name)]);
  const output = await (typeof version === 'string'
    ? readOutput(runtime, version, words)
    : inImage(runtime, owner, version, (id) => readOutput(runtime, id, words)));
  const available = parse(output?.toString('utf8') ?? '');
  if (!available.has(witness)) return [];
  return wanted
    .filter(({ name, installed }) => !(available.get(bare(name)) ?? []).includes(installed))
    .map(({ name }) => [`${provider}:${name}`, 'no package source of the version has this release']);
}

const isName = (name: string): boolean => /^[a-z0-9][a-z0-9+.:-]*$/.test(name);
/** Without the architecture. */
const bare = (name: string): string => name.split(':')[0] ?? name;
