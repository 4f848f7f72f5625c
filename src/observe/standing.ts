import { DevenvError } from '../errors/devenv-error.ts';
import type { Container } from '../model/container.ts';
import type { Image } from '../model/image.ts';
import type { Version } from '../model/version.ts';
import type { Standing } from '../ports/changes.ts';
import type { Images } from '../ports/images.ts';
import { labels } from './labels.ts';
import type { Project } from './project.ts';
import { findVersionImage } from './version-image.ts';
import { currentVersion } from '../lock/version-items.ts';

/**
 * The version a container stands at: the newest recorded one that was captured
 * from it, since a commit keeps the container; else the one it was made from.
 */
export interface ContainerStanding extends Standing {
  /** Content id; empty if the container names none. */
  readonly content: string;
  /** The newest version of the lock with that content, if any. */
  readonly version: Version | undefined;
  /** The image captured from the container; absent if the container stands at what it was made from. */
  readonly captured: Image | undefined;
}

/**
 * Observes the version a container stands at. Only versions of the lock count,
 * not an image that a failed commit left. Asks the engine only if the lock has a
 * commit that could come from the container.
 */
export async function observeStanding(
  images: Images,
  project: Project,
  container: Pick<Container, 'id' | 'image' | 'labels'>,
): Promise<ContainerStanding> {
  const capture = await findCapture(images, project, container);
  if (capture === undefined) {
    const content = container.labels[labels.content] ?? '';
    return { image: container.image, content, version: findRecorded(project, content), captured: undefined };
  }
  const { version, image, since } = capture;
  return { image: image.id, since, content: version.content, version, captured: image };
}

/** The newest version of the lock with a content. */
export function findRecorded(project: Project, content: string | undefined): Version | undefined {
  return project.lock?.versions.findLast((version) => version.content === content);
}

/** True if a container stands at the current version, onto which alone it can be committed. */
export async function isAtCurrent(
  images: Images,
  project: Project,
  container: Pick<Container, 'id' | 'image' | 'labels'>,
): Promise<boolean> {
  if (project.lock === undefined) return false;
  return (await observeStanding(images, project, container)).content === currentVersion(project.lock).content;
}

/** The image that a container stands at. Throws IMAGE_NOT_FOUND. */
export async function readStandingImage(images: Images, { image, captured }: ContainerStanding): Promise<Image> {
  const found = captured ?? (await images.inspect(image));
  if (found !== undefined) return found;
  throw new DevenvError('IMAGE_NOT_FOUND', 'The engine does not have the image that this workspace was made from.');
}

interface CapturedAt {
  readonly version: Version;
  readonly image: Image;
  /** Engine time of the capture, ISO 8601. */
  readonly since: string;
}

async function findCapture(
  images: Images,
  project: Project,
  container: Pick<Container, 'id' | 'labels'>,
): Promise<CapturedAt | undefined> {
  const versions = project.lock?.versions ?? [];
  const made = versions.find(({ content }) => content === container.labels[labels.content]);
  const later = versions.filter(({ kind, number }) => kind === 'commit' && number > (made?.number ?? 0));
  for (const version of later.reverse()) {
    const image = await findVersionImage(images, project.environment.name, version);
    const since = image?.config.labels[labels.captured] ?? '';
    if (image?.config.labels[labels.origin] === container.id && since !== '') return { version, image, since };
  }
  return undefined;
}
