import type { Feature, FeatureOptions, KnownFeature } from '../../model/features/feature.ts';
import type { Items } from '../../model/item.ts';
import { isDigest } from '../../model/version.ts';
import { nameOf } from '../compare-items.ts';
import { optionName } from './feature-grammar.ts';
import { parseMetadata } from './parse-metadata.ts';

const sorted = (options: FeatureOptions): FeatureOptions =>
  Object.fromEntries(Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1)));

/** The value of an item: all that a version records of a Feature. */
export const printFeatureItem = ({ digest, options, metadata }: Omit<Feature, 'name' | 'source' | 'after'>): string =>
  JSON.stringify({ digest, options: sorted(options), metadata });

/** The value of an item that nobody has read the Feature of yet. */
export const printRequest = (options: FeatureOptions): string => JSON.stringify({ options: sorted(options) });

/** Reads the value of an item. Whoever can write the project can write the lock: undefined for a malformed value. */
export function readFeatureItem(name: string, value: string): (KnownFeature & Pick<Feature, 'options'>) | undefined {
  try {
    const { digest, options, metadata } = JSON.parse(value) as Readonly<Record<string, unknown>>;
    if (!isDigest(digest) || !isOptions(options)) return undefined;
    return { digest, options, metadata: parseMetadata(JSON.stringify(metadata), name) };
  } catch {
    return undefined;
  }
}

const isOptions = (value: unknown): value is FeatureOptions =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.entries(value).every(
    ([name, one]) => new RegExp(optionName.pattern).test(name) && ['string', 'boolean'].includes(typeof one),
  );

/** Source → what the items of a version say of it. */
export function knownFeatures(items: Items): ReadonlyMap<string, KnownFeature> {
  return new Map(
    Object.entries(items).flatMap(([id, value]) => {
      const known = id.startsWith('feature:') ? readFeatureItem(nameOf(id), value) : undefined;
      return known === undefined ? [] : [[nameOf(id).replace(/#[0-9]+$/, ''), known] as const];
    }),
  );
}
