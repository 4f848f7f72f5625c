import { resolveVersionItems } from '../../lock/version-items.ts';
import type { Environment } from '../../model/environment.ts';
import type { KnownFeature } from '../../model/features/feature.ts';
import type { Lock } from '../../model/version.ts';
import type { Context } from '../../ports/context.ts';
import { knownFeatures } from '../../providers/features/feature-item.ts';
import { isLocalSource } from '../../providers/features/name-of-source.ts';
import { parseMetadata } from '../../providers/features/parse-metadata.ts';
import { resolveFeatures } from '../../providers/features/resolve-features.ts';
import { inFew } from '../in-few.ts';
import { applyFeatures } from './apply-features.ts';
import { readFeatureFiles, refused } from './feature-files.ts';

/**
 * `recorded`: what the current version says of its Features is enough, and
 * nothing is fetched. `all`: others are fetched. `newest`: all are.
 */
export type FeatureReading = 'recorded' | 'all' | 'newest';

type Ports = Pick<Context, 'features' | 'buildContexts' | 'signal' | 'progress'>;

/**
 * The environment with its Features, those that they depend on, and what they
 * add to the workspace. Folders of the project are read in any case. Throws as
 * resolveFeatures, readFeatureFiles and applyFeatures.
 */
export async function completeFeatures(
  ports: Ports,
  folder: string,
  environment: Environment,
  lock: Lock | undefined,
  reading: FeatureReading,
): Promise<Environment> {
  const recorded =
    lock === undefined ? new Map<string, KnownFeature>() : knownFeatures(resolveVersionItems(lock, lock.current));
  const read = new Map<string, KnownFeature>();
  const find = (source: string): KnownFeature | undefined =>
    read.get(source) ?? (isLocalSource(source) || reading === 'newest' ? undefined : recorded.get(source));
  for (;;) {
    const resolved = resolveFeatures(environment.features, find);
    if (resolved.kind === 'resolved')
      return applyFeatures({ ...environment, features: { ...environment.features, installed: resolved.features } });
    const sources = resolved.sources.filter((source) => reading !== 'recorded' || isLocalSource(source));
    if (sources.length === 0) return environment;
    // Each archive is in memory as a whole.
    await inFew(sources, 3, async (source) => read.set(source, await readFeature(ports, folder, source)));
  }
}

async function readFeature(ports: Ports, folder: string, source: string): Promise<KnownFeature> {
  const { digest, files } = await readFeatureFiles(ports, folder, source, undefined, ports.signal);
  const text = files.find(({ path }) => path === 'devcontainer-feature.json');
  if (text === undefined) throw refused(source, 'it has no devcontainer-feature.json');
  if (!files.some(({ path }) => path === 'install.sh')) throw refused(source, 'it has no install.sh');
  if (text.content.byteLength > 256 * 1024)
    throw refused(source, 'its devcontainer-feature.json is larger than 256 kB');
  const metadata = parseMetadata(Buffer.from(text.content).toString('utf8'), source);
  if (metadata.deprecated)
    ports.progress.note(`The Feature ${source} is deprecated: its author does not maintain it any more.`);
  return { digest, metadata };
}
