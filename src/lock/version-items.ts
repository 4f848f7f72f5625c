import { applyDelta, type Items } from '../model/item.ts';
import type { Lock, Version } from '../model/version.ts';

/** The version of that number, if the lock has it. */
export function findVersion(lock: Lock, number: number | undefined): Version | undefined {
  return lock.versions.find((version) => version.number === number);
}

/** The version that `up` makes a workspace of. A parsed lock always has it. */
export function currentVersion(lock: Lock): Version {
  const version = findVersion(lock, lock.current);
  if (version === undefined) throw new Error(`the lock has no version ${String(lock.current)}`);
  return version;
}

/** A version and those whose images it extends, newest first, ending with the one built from the base. */
export function lineage(lock: Lock, number: number): readonly Version[] {
  const byNumber = new Map(lock.versions.map((version) => [version.number, version]));
  const chain: Version[] = [];
  for (let version = byNumber.get(number); version !== undefined;) {
    chain.push(version);
    // `from` is always smaller than the number, so this ends even for a lock edited by hand.
    const { from, number: below }: Version = version;
    version = from !== undefined && from < below ? byNumber.get(from) : undefined;
  }
  return chain;
}

/** Everything that a version declares, its own items and those of the versions below it. */
export function resolveVersionItems(lock: Lock, number: number): Items {
  return lineage(lock, number).reduceRight<Items>((below, { items }) => applyDelta(below, items), {});
}
