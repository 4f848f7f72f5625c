import { performance } from 'node:perf_hooks';

/** One way to do the thing that a row measures. */
export interface Contender {
  readonly name: string;
  /** Brings the world back to where the race starts; not measured. */
  readonly prepare?: (round: number) => Promise<unknown>;
  /** Takes the time that is measured; where it gives a number, that is what was measured. */
  readonly run: (round: number) => Promise<unknown>;
}

export interface Measured {
  readonly name: string;
  /** Milliseconds, or what the runs gave, of each round. */
  readonly samples: readonly number[];
  readonly median: number;
}

/**
 * Runs the contenders in turn, round by round, so that what else the machine does meets all of them alike.
 * Contenders of one group may need what the one before them did. Another group begins each round, since whoever comes
 * after a large program finds the processor's caches empty, and after a small one full.
 */
export async function race(groups: readonly (readonly Contender[])[], rounds: number): Promise<readonly Measured[]> {
  const contenders = groups.flat();
  const samples = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  // Round 0 warms caches and is not counted.
  for (let round = 0; round <= rounds; round += 1) {
    for (const { name, prepare, run } of shuffle(groups, round).flat()) {
      await prepare?.(round);
      const begun = performance.now();
      const given = await run(round);
      const took = typeof given === 'number' ? given : performance.now() - begun;
      if (round > 0) samples.get(name)?.push(took);
    }
  }
  return contenders.map(({ name }) => ({
    name,
    samples: samples.get(name) ?? [],
    median: medianOf(samples.get(name) ?? []),
  }));
}

/** Such that over the rounds each stands about as often behind each other one. */
function shuffle<T>(all: readonly T[], round: number): readonly T[] {
  const turned = all.map((_, index) => all[(index + round) % all.length] as T);
  return Math.floor(round / all.length) % 2 === 0 ? turned : turned.reverse();
}

export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
