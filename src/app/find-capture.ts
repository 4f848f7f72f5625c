import { contentIdOf } from '../lock/content-id.ts';
import type { Container } from '../model/container.ts';
import type { Image } from '../model/image.ts';
import type { Version } from '../model/version.ts';
import type { Engine } from '../ports/engine.ts';
import { labels } from './labels.ts';
import type { Project } from './project.ts';

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
  engine: Engine,
  project: Project,
  container: Pick<Container, 'id' | 'labels'>,
): Promise<Capture | undefined> {
  const versions = project.lock?.versions ?? [];
  const made = versions.find(({ content }) => content === container.labels[labels.content]);
  const later = versions.filter(({ kind, number }) => kind === 'commit' && number > (made?.number ?? 0));
  if (later.length === 0) return undefined;
  const images = await engine.listImages([
    `${labels.project}=${project.environment.name}`,
    `${labels.origin}=${container.id}`,
  ]);
  const inspected = await Promise.all(images.map(({ id }) => engine.inspectImage(id)));
  const captures = inspected.flatMap((image): Capture[] => {
    const time = image?.config.labels[labels.captured];
    const content = image && contentIdOf(image);
    const version = later.findLast((one) => one.content === content);
    return image === undefined || time === undefined || time === '' || version === undefined
      ? []
      : [{ version, image, time }];
  });
  return captures.sort((a, b) => (a.time < b.time ? -1 : 1)).at(-1);
}
