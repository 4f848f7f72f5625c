import { type Container, type Mount, isHalfMade } from '../model/container.ts';
import { labels } from './labels.ts';
import { nameLabelled } from './place.ts';

/** A container that carries labels of a workspace or a service. */
export interface Labelled {
  readonly container: Container;
  /** Further facts; absent if the container itself tells enough. */
  readonly more?: {
    /** Labels of its image. */
    readonly image: Readonly<Record<string, string>>;
    readonly mounts: readonly Mount[];
  };
}

/** Value of the label that ties the other labels to one container: its name, and the engine's id of its image. */
export const describeMade = (name: string, image: string): string => `${name} ${image}`;

/** True for a container with the name and image that devenv gave it. For others the image has to be inspected. */
export function isAsMade({ name, image, labels: found }: Container): boolean {
  return found[labels.made] === describeMade(name, image);
}

/**
 * Selects the containers that devenv created from those with its labels. A
 * person can copy labels to another container, write some, run an image captured
 * by hand, which has them too, or rename a container of devenv. So a container
 * counts if its label names what devenv gives to this part of this workspace, is
 * not from its image, and the container has that name; if none has it, the first
 * one that mounts a project counts.
 */
export function chooseOwn(found: readonly Labelled[]): readonly Container[] {
  const given = found.filter((one) => namesOwn(one.container) && !inherits(one));
  const renamed = given.filter((one) => !bearsName(one.container) && holdsProject(one));
  const candidates = given.map(({ container }) => container);
  return given
    .filter((one) => bearsName(one.container) || (renamed.includes(one) && isFirst(one.container, candidates)))
    .map(({ container }) => container);
}

const nameOf = ({ labels: found }: Container): string | undefined => found[labels.made]?.split(' ')[0];

/** True if the label has the name that devenv gives to what the other labels say. */
function namesOwn(container: Container): boolean {
  const { labels: found } = container;
  const part = found[labels.role] === 'service' ? found[labels.service] : undefined;
  return nameOf(container) === nameLabelled(found, part);
}

function inherits({ container, more }: Labelled): boolean {
  return more !== undefined && more.image[labels.made] === container.labels[labels.made];
}

/** True also for a service, which has no project mounted. */
function holdsProject({ container, more }: Labelled): boolean {
  if (container.labels[labels.role] === 'service') return true;
  const folder = container.labels[labels.folder];
  return more?.mounts.some((mount) => mount.kind === 'bind' && mount.source === folder) === true;
}

/** True also for a container that a command creates or removes, and may have been killed. */
function bearsName(container: Container): boolean {
  const name = nameOf(container) ?? '';
  if (!container.name.startsWith(name)) return false;
  const rest = container.name.slice(name.length);
  return (
    rest === '' || (rest.startsWith('.') && isHalfMade(container)) || /^-(?:old|restored)-[0-9a-f-]{8,36}$/.test(rest)
  );
}

function isFirst(container: Container, all: readonly Container[]): boolean {
  const same = all.filter((one) => nameOf(one) === nameOf(container));
  return !same.some((one) => one !== container && (bearsName(one) || one.created < container.created));
}
