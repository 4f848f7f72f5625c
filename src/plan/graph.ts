import type { Act, Operation } from './operation.ts';

/** Ids of operations; what was not planned is absent, and waits for nothing. */
export type After = readonly (number | undefined)[];

/** Operations in the making, numbered in the order in which they are added. */
export class Graph {
  readonly operations: Operation[] = [];
  #groups = 0;

  /** Gives the operation's id. */
  add(act: Act, cause: string, after: After = [], group?: number): number {
    const id = this.operations.length + 1;
    const ids = [...new Set(after.filter((one) => one !== undefined))].sort((a, b) => a - b);
    this.operations.push({ ...act, id, cause, after: ids, ...(group !== undefined && { group }) });
    return id;
  }

  /** A new number for operations that are done all or not at all. */
  group(): number {
    return (this.#groups += 1);
  }
}
