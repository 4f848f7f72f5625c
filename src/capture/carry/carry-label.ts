import { asMap, parseJson } from '../../model/json.ts';
import { type Container, isHalfMade } from '../../model/container.ts';
import { labels } from '../../observe/labels.ts';

/** The origin of changes that a container was created with. */
interface CarryOrigin {
  /** Id of the container that it replaces. */
  readonly from: string;
  /** Engine time at which they were copied. */
  readonly time: string;
}

/** Value of the label of a container that replaces another. */
export const printCarryLabel = (origin: CarryOrigin): string => JSON.stringify(origin);

function parseCarryLabel(container: Container): CarryOrigin | undefined {
  const { from, time } = asMap(parseJson(container.labels[labels.carried]));
  return typeof from === 'string' && typeof time === 'string' ? { from, time } : undefined;
}

/** True for a container that never ran and only has a copy of changes that another container of the workspace still has. */
export function isCopy(container: Container, workspace: readonly Container[]): boolean {
  const from = parseCarryLabel(container)?.from;
  return (
    (isHalfMade(container) || container.state === 'created') &&
    workspace.some(({ id }) => id !== container.id && id === from)
  );
}

/** When the changes of a container were copied into a successor that was started since. Absent if there is none. */
export function findSuccessor(container: Container, workspace: readonly Container[]): CarryOrigin | undefined {
  const whole = workspace.filter((one) => !isHalfMade(one) && one.state !== 'created');
  return whole.map(parseCarryLabel).find((origin) => origin?.from === container.id);
}
