import { DevenvError } from '../errors/devenv-error.ts';
import type { Container } from '../model/container.ts';
import type { Image } from '../model/image.ts';
import type { Version } from '../model/version.ts';
import type { Engine } from '../ports/engine.ts';
import { findCapture } from './find-capture.ts';
import { labels } from './labels.ts';
import type { Project } from './project.ts';

/**
 * The content that a container stands at: that of the newest recorded version
 * captured from it, since a commit leaves its container running, else of the
 * version that it was made from.
 */
export async function resolveStanding(
  engine: Pick<Engine, 'images'>,
  project: Project,
  container: Container,
): Promise<string> {
  const capture = await findCapture(engine, project, container);
  return capture?.version.content ?? container.labels[labels.content] ?? '';
}

/** The version of the lock that a container stands at; absent where the lock does not have it. */
export async function findStanding(
  engine: Pick<Engine, 'images'>,
  project: Project,
  container: Container,
): Promise<Version | undefined> {
  const content = await resolveStanding(engine, project, container);
  return newestWith(project, content);
}

/** The version of the lock that a container was made from. */
export function findMade(project: Project, container: Container): Version | undefined {
  return newestWith(project, container.labels[labels.content] ?? '');
}

function newestWith(project: Project, content: string): Version | undefined {
  return project.lock?.versions.findLast((version) => version.content === content);
}

/** The image that a container stands at. `since`: engine time when it was captured from the container; absent where the container was made from it. */
export async function findStandingImage(
  engine: Pick<Engine, 'images'>,
  project: Project,
  container: Pick<Container, 'id' | 'image' | 'labels'>,
): Promise<{ readonly image: Image; readonly since: string | undefined; readonly version: Version | undefined }> {
  const capture = await findCapture(engine, project, container);
  const image = capture?.image ?? (await engine.images.inspect(container.image));
  if (image === undefined) {
    throw new DevenvError('IMAGE_NOT_FOUND', 'The engine does not have the image that this workspace was made from.');
  }
  return { image, since: capture?.time, version: capture?.version };
}
