import type { Environment } from '../model/environment.ts';
import { keyOfDockerfile, type Base } from '../model/image-inputs.ts';
import type { Items } from '../model/item.ts';
import type { Provider } from '../providers/provider.ts';

/**
 * The items of an environment. `hashes`: project path → sha256 of the files that
 * shape the image, and `keyOfDockerfile` → what a Dockerfile is built from.
 */
export function resolveDesiredItems(
  environment: Environment,
  hashes: Readonly<Record<string, string>>,
  providers: readonly Provider[],
): Items {
  return Object.assign(
    { base: describeBase(environment.base, hashes) },
    ...providers.map((provider) => provider.items(environment, hashes)),
  ) as Items;
}

/** Equal for equal bases. One line, and more for a Dockerfile. */
function describeBase(base: Base, hashes: Readonly<Record<string, string>>): string {
  if (base.kind === 'dockerfile') return hashes[keyOfDockerfile(base)] ?? `dockerfile ${base.dockerfile}`;
  if (base.kind === 'bootstrap') {
    return ['bootstrap', base.suite, base.mirror ?? '', ...[...base.include].sort()].join(' ').trimEnd();
  }
  return base.fallback === undefined
    ? `image ${base.image}`
    : `image ${base.image} or ${describeBase(base.fallback, hashes)}`;
}
