import type { ContainerSpec } from './container.ts';

/**
 * How a container reaches folders of a machine with SELinux. `shared`: the
 * project gets the label that all containers may use. `none`: the container
 * runs without a label, because it has a folder that must not be relabelled.
 * `declared`: devenv.yaml says it, or the engine labels no such container.
 */
type Labelling = 'shared' | 'none' | 'declared';

/** Decides it for one container. A relabelled folder stays relabelled, so only the project is. */
export function chooseLabelling({
  mounts,
  project,
  limits,
  securityOptions = [],
}: Pick<ContainerSpec, 'mounts' | 'project' | 'limits' | 'securityOptions'>): Labelling {
  const binds = mounts.flatMap((mount) => (mount.kind === 'bind' ? [mount] : []));
  if (limits?.privileged === true || securityOptions.some((option) => option.startsWith('label='))) return 'declared';
  if (limits?.engineSocket === true) return 'none';
  if (binds.length === 0) return 'declared';
  const whole = binds.find(({ source }) => source === project);
  // The engine takes a label only in a form that a colon in a path would break.
  const plain = whole !== undefined && !`${whole.source}${whole.target}`.includes(':');
  return plain && binds.every(({ source }) => `${source}/`.startsWith(`${whole.source}/`)) ? 'shared' : 'none';
}
