import { DevenvError } from '../../errors/devenv-error.ts';
import type { Feature, FeatureRequest, FeatureSelection, KnownFeature } from '../../model/features/feature.ts';
import { checkOptions } from './check-options.ts';
import { featureSource } from './feature-grammar.ts';
import { isLocalSource } from './name-of-source.ts';
import { orderFeatures, printOptions, type Unordered } from './order-features.ts';

/** Features of one environment, with those that they depend on: a registry could name ever more. */
const limit = 60;

type ResolvedFeatures =
  | { readonly kind: 'resolved'; readonly features: readonly Feature[] }
  /** Sources to find out about before the next try. */
  | { readonly kind: 'unknown'; readonly sources: readonly string[] };

interface Asked extends FeatureRequest {
  /** For errors. */
  readonly asker: string;
  /** The source of the Feature that depends on it. */
  readonly parent?: string;
}

/**
 * Finds everything that the Features of devenv.yaml depend on, and its order.
 * `find`: what is known of a source. Equal content with equal options is one
 * Feature. Throws CONFIG_INVALID for options and names, FEATURE_INVALID.
 */
export function resolveFeatures(
  { requests, order }: FeatureSelection,
  find: (source: string) => KnownFeature | undefined,
): ResolvedFeatures {
  const unknown = new Set<string>();
  const nodes = new Map<string, { readonly request: Asked; readonly known: KnownFeature; readonly needs: string[] }>();
  const visit = (request: Asked): string | undefined => {
    refuseStranger(request);
    const known = find(request.source);
    if (known === undefined) {
      if (nodes.size + unknown.add(request.source).size > limit) throw tooMany(request.source);
      return undefined;
    }
    const key = JSON.stringify([
      known.digest,
      isLocalSource(request.source) && request.source,
      printOptions(request.options),
    ]);
    if (nodes.has(key)) return key;
    if (nodes.size + unknown.size >= limit) throw tooMany(request.source);
    checkOptions(request, known.metadata, request.asker);
    const needs: string[] = [];
    nodes.set(key, { request, known, needs });
    for (const [source, options] of Object.entries(known.metadata.dependsOn ?? {})) {
      const { source: parent } = request;
      const need = visit({ source, options, parent, asker: `The Feature ${parent}` });
      if (need !== undefined) needs.push(need);
    }
    return key;
  };
  for (const request of requests) visit({ ...request, asker: 'devenv.yaml' });
  if (unknown.size > 0) return { kind: 'unknown', sources: [...unknown] };
  const names = nameNodes([...nodes].map(([key, { request }]) => [key, request.source]));
  const features = [...nodes].map(([key, { request, known, needs }]): Unordered => ({
    ...{ name: names.get(key) ?? key, source: request.source, options: request.options },
    ...{ digest: known.digest, metadata: known.metadata },
    needs: needs.map((need) => names.get(need) ?? need),
  }));
  return { kind: 'resolved', features: orderFeatures(features, order) };
}

/** Each by its source; with a number from the second of the same source on. */
function nameNodes(sources: readonly (readonly [key: string, source: string])[]): ReadonlyMap<string, string> {
  const counts = new Map<string, number>();
  return new Map(
    sources.map(([key, source]) => {
      const count = (counts.get(source) ?? 0) + 1;
      counts.set(source, count);
      return [key, count === 1 ? source : `${source}#${String(count)}`];
    }),
  );
}

/** A Feature of the project may depend on another folder of it; a published one names no file of the project. */
function refuseStranger({ source, parent }: Asked): void {
  if (parent === undefined) return;
  if (new RegExp(featureSource.pattern, 'u').test(source) && (!isLocalSource(source) || isLocalSource(parent))) return;
  throw new DevenvError(
    'FEATURE_INVALID',
    `The Feature ${parent} depends on ${source}, which is no Feature that it may name.`,
    {
      state: 'Nothing of the Features was run.',
    },
  );
}

const tooMany = (source: string): DevenvError =>
  new DevenvError(
    'FEATURE_INVALID',
    `The Features of devenv.yaml depend on more than ${String(limit)} Features, the last one ${source}.`,
    { state: 'Nothing was built.' },
  );
