import type { Container } from '../model/container.ts';
import type { Image } from '../model/image.ts';
import type { Lock, Version } from '../model/version.ts';
import { currentVersion } from '../lock/version-items.ts';
import type { Engine } from '../ports/engine.ts';
import { labels } from './labels.ts';
import { findVersionImage } from './version-image.ts';

export interface Parent {
  readonly version: Version;
  readonly image: Image;
  /** Engine time when it was captured from the container; absent where the container was made from it. */
  readonly since: string | undefined;
}

/** What the next layer lies on: the version that the workspace is at. Absent where this engine does not have it. */
export async function findParent(
  engine: Pick<Engine, 'images'>,
  project: string,
  lock: Lock,
  container: Container,
): Promise<Parent | undefined> {
  const version = currentVersion(lock);
  const image = await findVersionImage(engine, project, version);
  if (image === undefined) return undefined;
  const { [labels.origin]: origin, [labels.captured]: captured } = image.config.labels;
  return { version, image, since: origin === container.id ? captured : undefined };
}
