import type { Container } from '../model/container.ts';
import type { Image } from '../model/image.ts';
import type { Lock, Version } from '../model/version.ts';
import { chooseMerge } from '../plan/choose-merge.ts';
import { currentVersion, findVersion } from '../plan/version-items.ts';
import type { Engine } from '../ports/engine.ts';
import { labels } from './labels.ts';
import { findVersionImage } from './version-image.ts';

export interface Parent {
  readonly version: Version;
  readonly image: Image;
  /** Engine time when it was captured from the container; absent where the container was made from it. */
  readonly since: string | undefined;
}

/**
 * What the next layer lies on: the version that the workspace is at, or, where
 * many small layers were captured from it, an older one, so that the new layer
 * holds all of them. Absent where this engine does not have the current one.
 */
export async function chooseParent(
  engine: Engine,
  project: string,
  lock: Lock,
  container: Container,
): Promise<Parent | undefined> {
  const chain: Parent[] = [];
  for (let version: Version | undefined = currentVersion(lock); version !== undefined;) {
    const image: Image | undefined = await findVersionImage(engine, project, version);
    if (image === undefined) break;
    const since =
      image.config.labels[labels.origin] === container.id ? image.config.labels[labels.captured] : undefined;
    chain.push({ version, image, since });
    if (since === undefined || version.from === undefined) break;
    version = findVersion(lock, version.from);
  }
  const oldest = chain.at(-1);
  // Only what was captured from this container, down to what it was made from, can be captured from it again.
  if (oldest?.since !== undefined) return chain[0];
  const sizes = chain
    .slice(0, -1)
    .map(({ version }, index) => Math.max(version.size - (chain[index + 1]?.version.size ?? 0), 0))
    .reverse();
  return chain[chooseMerge(sizes)];
}
