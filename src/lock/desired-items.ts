import type { Environment } from '../model/environment.ts';
import type { Base } from '../model/image-inputs.ts';
import type { Items } from '../model/item.ts';
import type { Provider } from '../providers/provider.ts';

/** The items of an environment. `hashes`: project path → sha256 of the files that shape the image. */
export function resolveDesiredItems(
  environment: Environment,
  hashes: Readonly<Record<string, string>>,
  providers: readonly Provider[],
): Items {
  return Object.assign(
    { base: describeBase(environment.base) },
    ...providers.map((provider) => provider.items(environment, hashes)),
  ) as Items;
}

/** One line: equal for equal bases. */
export function describeBase(base: Base): string {
  if (base.kind === 'bootstrap') {
    return ['bootstrap', base.suite, base.mirror ?? '', ...[...base.include].sort()].join(' ').trimEnd();
  }
  return base.fallback === undefined ? `image ${base.image}` : `image ${base.image} or ${describeBase(base.fallback)}`;
}
