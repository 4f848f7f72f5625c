import { type Container, isHalfMade } from '../../model/container.ts';
import { labels } from '../../observe/labels.ts';

/** Where a container's uncommitted changes came from. */
export interface CarriedFrom {
  /** Id of the container that it replaces. */
  readonly from: string;
  /** Engine time at which they were copied. */
  readonly time: string;
}

/** For the label of the container that replaces another. */
export const describeCarried = (carried: CarriedFrom): string => JSON.stringify(carried);

function readCarried(container: Container): CarriedFrom | undefined {
  try {
    const { from, time } = JSON.parse(container.labels[labels.carried] ?? '') as Partial<CarriedFrom>;
    return typeof from === 'string' && typeof time === 'string' ? { from, time } : undefined;
  } catch {
    return undefined;
  }
}

/** True for one that never ran, and holds nothing but a copy of what another container of the workspace has still. */
export function isCopy(container: Container, workspace: readonly Container[]): boolean {
  const from = readCarried(container)?.from;
  return (
    (isHalfMade(container) || container.state === 'created') &&
    workspace.some(({ id }) => id !== container.id && id === from)
  );
}

/** Since when a container's changes are in another one that took its place and has been started. Absent where there is none. */
export function findSuccessor(container: Container, workspace: readonly Container[]): CarriedFrom | undefined {
  const whole = workspace.filter((one) => !isHalfMade(one) && one.state !== 'created');
  return whole.map(readCarried).find((carried) => carried?.from === container.id);
}
