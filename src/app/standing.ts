import type { Container } from '../model/container.ts';
import type { Version } from '../model/version.ts';
import type { Engine } from '../ports/engine.ts';
import { labels } from './labels.ts';
import { localReference } from './version-image.ts';

/**
 * The content that a container stands at. A commit leaves the container
 * running: the committed image's label says which container it was taken from.
 */
export async function resolveStanding(
  engine: Engine,
  project: string,
  current: Version,
  container: Container,
): Promise<string> {
  const made = container.labels[labels.content] ?? '';
  if (made === current.content || current.kind !== 'commit') return made;
  const image = await engine.inspectImage(localReference(project, current));
  return image?.config.labels[labels.origin] === container.id ? current.content : made;
}
