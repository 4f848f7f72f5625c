import type { Lock } from '../model/version.ts';

export interface GraphProblem {
  /** JSON pointer to the place in the lock. */
  readonly pointer: string;
  readonly message: string;
}

/** What is wrong with the graph of versions: a number twice, a version that does not exist, a cycle. */
export function findGraphProblem({ current, versions }: Pick<Lock, 'current' | 'versions'>): GraphProblem | undefined {
  const numbers = new Set<number>();
  for (const [index, { number }] of versions.entries()) {
    if (numbers.has(number)) {
      return { pointer: `/versions/${index}/number`, message: `version ${number} is there twice` };
    }
    numbers.add(number);
  }
  for (const [index, version] of versions.entries()) {
    for (const key of ['parent', 'from'] as const) {
      const other = version[key];
      if (other === undefined) continue;
      const pointer = `/versions/${index}/${key}`;
      // Older versions only: so there can be no cycle.
      if (other >= version.number) {
        return { pointer, message: `version ${version.number} cannot come from version ${other}, which is no older` };
      }
      if (!numbers.has(other)) return { pointer, message: `version ${other} does not exist` };
    }
  }
  return numbers.has(current) ? undefined : { pointer: '/current', message: `version ${current} does not exist` };
}
