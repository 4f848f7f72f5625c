import { type Container, type Mount, isHalfMade } from '../model/container.ts';
import { labels } from './labels.ts';
import { projectTarget } from './place.ts';

/** A container that carries labels of a workspace or a service. */
export interface Labelled {
  readonly container: Container;
  /** What had to be asked for; absent where the container tells all that there is to know. */
  readonly more?: {
    /** Labels of its image. */
    readonly image: Readonly<Record<string, string>>;
    readonly mounts: readonly Mount[];
  };
}

/** Value of the label that ties all others to one container: its name, and the engine's id of its image. */
export const describeMade = (name: string, image: string): string => `${name} ${image}`;

/** True for a container that is still what devenv made of it. Of others the image has to be asked. */
export function isAsMade({ name, image, labels: found }: Container): boolean {
  return found[labels.made] === describeMade(name, image);
}

/**
 * Of containers that carry labels of ours those that devenv made. Labels come
 * along where somebody captures a container by hand and runs the image, or
 * copies them to another container; a person may rename what is ours, too. So
 * one counts whose label is not its image's, and that has the name which the
 * label says; where none has it, the first one that holds a project as a
 * workspace does.
 */
export function chooseOwn(found: readonly Labelled[]): readonly Container[] {
  const given = found.filter((one) => nameOf(one.container) !== undefined && !inherits(one));
  const renamed = given.filter((one) => !bearsName(one.container) && holdsProject(one));
  const candidates = given.map(({ container }) => container);
  return given
    .filter((one) => bearsName(one.container) || (renamed.includes(one) && isFirst(one.container, candidates)))
    .map(({ container }) => container);
}

const nameOf = ({ labels: found }: Container): string | undefined => found[labels.made]?.split(' ')[0];

function inherits({ container, more }: Labelled): boolean {
  return more !== undefined && more.image[labels.made] === container.labels[labels.made];
}

/** A service has nothing of the project. */
function holdsProject({ container, more }: Labelled): boolean {
  if (container.labels[labels.role] === 'service') return true;
  return more?.mounts.some(({ kind, target }) => kind === 'bind' && target === projectTarget) === true;
}

/** Also where it is on its way in or out, by a command that may have been killed. */
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
