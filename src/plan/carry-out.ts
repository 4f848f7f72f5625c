import type { Operation } from './operation.ts';

/** Takes back what an operation did. */
export type Undo = () => Promise<unknown>;

/** Carries operations out, by kind. `signal` ends what only waits. Gives how the operation is undone, if it can be. */
export type Acts = {
  readonly [Kind in Operation['kind']]?: (
    operation: Extract<Operation, { kind: Kind }>,
    signal: AbortSignal,
  ) => Promise<Undo | void>;
};

export interface Failure {
  readonly operation: Operation;
  readonly error: Error;
}

export interface Outcome {
  /** Ids of the operations that succeeded and were not undone. */
  readonly done: ReadonlySet<number>;
  /** In the order in which they came. */
  readonly failures: readonly Failure[];
}

/** Told of each operation. */
export interface Follower {
  begin(operation: Operation): void;
  /** `good` is false if the operation failed or was no longer waited for. */
  end(operation: Operation, good: boolean): void;
}

/**
 * Carries operations out: each begins as soon as those in its `after` have
 * succeeded, the others in parallel. After a failure, what waits for it does not
 * begin, its group is undone, waiting for readiness ends, and the rest runs to
 * its end. Nothing begins after an interruption.
 */
export async function carryOut(
  operations: readonly Operation[],
  acts: Acts,
  { signal, follower }: { readonly signal: AbortSignal; readonly follower?: Follower },
): Promise<Outcome> {
  const failed = new AbortController();
  const waiting = AbortSignal.any([signal, failed.signal]);
  const done = new Set<number>();
  const failures: Failure[] = [];
  const undos = new Map<number, Undo[]>();
  const ended = new Map<number, Promise<boolean>>();

  const run = async (operation: Operation): Promise<boolean> => {
    const before = await Promise.all(operation.after.map(async (id) => ended.get(id) ?? true));
    if (before.includes(false) || signal.aborted) return false;
    follower?.begin(operation);
    try {
      const undo = await dispatch(acts, operation, waiting);
      if (undo !== undefined && operation.group !== undefined)
        undos.set(operation.group, [undo, ...(undos.get(operation.group) ?? [])]);
      done.add(operation.id);
      follower?.end(operation, true);
      return true;
    } catch (error) {
      follower?.end(operation, false);
      // A wait that was aborted by another failure does not count as failed.
      if (operation.kind !== 'ready' || !failed.signal.aborted)
        failures.push({ operation, error: error instanceof Error ? error : new Error(String(error)) });
      failed.abort();
      return false;
    }
  };
  /** Undoes a group, the last operation first, unless all of it succeeded. */
  const settle = async (group: number): Promise<void> => {
    const members = operations.filter((one) => one.group === group);
    if ((await Promise.all(members.map(async ({ id }) => ended.get(id)))).every(Boolean)) return;
    for (const undo of undos.get(group) ?? []) await undo().catch(() => undefined);
    for (const { id } of members) done.delete(id);
  };
  for (const operation of operations) ended.set(operation.id, run(operation));
  const groups = new Set(operations.flatMap(({ group }) => group ?? []));
  await Promise.all([...ended.values(), ...[...groups].map(settle)]);
  return { done, failures };
}

/** Throws the first failure, or INTERRUPTED if an interruption kept operations from beginning. */
export function requireDone(operations: readonly Operation[], { done, failures }: Outcome, signal: AbortSignal): void {
  if (failures[0] !== undefined) throw failures[0].error;
  if (done.size < operations.length) signal.throwIfAborted();
}

async function dispatch(acts: Acts, operation: Operation, signal: AbortSignal): Promise<Undo | void> {
  const act = acts[operation.kind] as ((one: Operation, signal: AbortSignal) => Promise<Undo | void>) | undefined;
  if (act === undefined) throw new Error(`nothing carries out "${operation.kind}"`);
  return act(operation, signal);
}
