import type { Act, Operation } from './operation.ts';

/** Ids of operations; undefined for one that was not planned. */
export type After = readonly (number | undefined)[];

/** Collects operations and numbers them in the order in which they are added. */
export class Graph {
  readonly operations: Operation[] = [];
  #groups = 0;

  /** Returns the operation's id. */
  add(act: Act, cause: string, after: After = [], group?: number): number {
    const id = this.operations.length + 1;
    const ids = [...new Set(after.filter((one) => one !== undefined))].sort((a, b) => a - b);
    this.operations.push({ ...act, id, cause, after: ids, ...(group !== undefined && { group }) });
    return id;
  }

  /** Returns the number of a new group: operations that are done all or not at all. */
  group(): number {
    return (this.#groups += 1);
  }
}
