import type { Lock, Seed, Version } from '../model/version.ts';
import { printCanonicalJson } from './hash-json.ts';

export interface MergedLocks {
  readonly lock: Lock;
  /** Versions that got another number because the other side has used theirs. */
  readonly renumbered: readonly { readonly before: number; readonly version: Version }[];
}

/**
 * Merges two locks with a common history. The side with pushed versions, else
 * the older one, keeps its numbers and stays current. The versions of the other
 * side get higher numbers and keep their parents. Commutative. `devenv rebase`
 * replays the versions above the current one.
 */
export function mergeLocks(a: Lock, b: Lock): MergedLocks {
  const [mine, other] = [findOwn(a, b), findOwn(b, a)];
  const swap = order({ lock: b, own: other }, { lock: a, own: mine }) < 0;
  const [first, second] = swap ? [b, a] : [a, b];
  const later = swap ? mine : other;
  const kept = first.versions.map((version) => withDigest(version, second));

  const numbers = new Map<number, number>();
  let last = Math.max(0, ...kept.map(({ number }) => number));
  const moved = later.map((version) => {
    last = Math.max(last + 1, version.number);
    numbers.set(version.number, last);
    const { parent, from } = version;
    return {
      ...version,
      number: last,
      ...(parent !== undefined && { parent: numbers.get(parent) ?? parent }),
      ...(from !== undefined && { from: numbers.get(from) ?? from }),
    };
  });
  const renumbered = moved.flatMap((version, index) => {
    const before = later[index]?.number ?? version.number;
    return before === version.number ? [] : [{ before, version }];
  });
  const seed = chooseSeed(a.seed, b.seed);
  const services = { ...second.services, ...first.services };
  const steps = { ...second.steps, ...first.steps };
  return {
    lock: {
      ...first,
      ...(Object.keys(services).length > 0 && { services }),
      ...(seed !== undefined && { seed }),
      ...(Object.keys(steps).length > 0 && { steps }),
      versions: [...kept, ...moved],
    },
    renumbered,
  };
}

/** The newer one: both are in the registry. */
function chooseSeed(a: Seed | undefined, b: Seed | undefined): Seed | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const keyOf = ({ date, digest }: Seed): string => `${date} ${digest}`;
  return keyOf(a) < keyOf(b) ? b : a;
}

/** The versions that only this side has. */
function findOwn(lock: Lock, other: Lock): readonly Version[] {
  return lock.versions.filter((version) => !other.versions.some((known) => isSame(known, version)));
}

/** True for the same version. Only its digest changes later, by a push. */
function isSame(a: Version, b: Version): boolean {
  return (
    a.number === b.number && a.kind === b.kind && a.content === b.content && a.date === b.date && a.author === b.author
  );
}

function withDigest(version: Version, other: Lock): Version {
  const digest = version.digest ?? other.versions.find((known) => isSame(known, version))?.digest;
  return digest === undefined ? version : { ...version, digest };
}

interface Side {
  readonly lock: Lock;
  readonly own: readonly Version[];
}

/** Negative if `a` goes first. */
function order(a: Side, b: Side): number {
  const rank = ({ own }: Side): number =>
    own.length === 0 ? 2 : own.some(({ digest }) => digest !== undefined) ? 0 : 1;
  const text = ({ lock, own }: Side): string => `${own[0]?.date ?? ''} ${printCanonicalJson(lock)}`;
  return rank(a) - rank(b) || (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0);
}
