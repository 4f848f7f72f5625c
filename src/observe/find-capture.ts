import type { Container } from '../model/container.ts';
import type { Image } from '../model/image.ts';
import type { Version } from '../model/version.ts';
import type { Engine } from '../ports/engine.ts';
import { labels } from './labels.ts';
import type { Project } from './project.ts';
import { findVersionImage } from './version-image.ts';

/** A version that was captured from a container. */
export interface Capture {
  readonly version: Version;
  readonly image: Image;
  /** Engine time of the capture, ISO 8601. */
  readonly time: string;
}

/**
 * The newest version that was captured from this container. Only what the lock
 * records counts: an image that a failed commit left behind saves nobody's
 * work. Costs nothing where the lock has no commit that could be one.
 */
export async function findCapture(
  engine: Pick<Engine, 'images'>,
  project: Project,
  container: Pick<Container, 'id' | 'labels'>,
): Promise<Capture | undefined> {
  const versions = project.lock?.versions ?? [];
  const made = versions.find(({ content }) => content === container.labels[labels.content]);
  const later = versions.filter(({ kind, number }) => kind === 'commit' && number > (made?.number ?? 0));
  for (const version of later.reverse()) {
    const image = await findVersionImage(engine, project.environment.name, version);
    const time = image?.config.labels[labels.captured] ?? '';
    if (image?.config.labels[labels.origin] === container.id && time !== '') return { version, image, time };
  }
  return undefined;
}
