import type { Drift } from '../model/drift.ts';

/** True where a commit of this would hide files of the versions below, records of package managers aside. */
export function takesAway({ groups }: Drift): boolean {
  return groups.some(
    ({ cause, items }) =>
      cause !== 'noise' &&
      cause !== 'records' &&
      items.some(({ change, files }) => change !== 'added' || files.some((file) => file.change === 'deleted')),
  );
}
