import type { Operation } from './operation.ts';

/** Takes back what an operation did. */
export type Undo = () => Promise<unknown>;

/** What carries operations out, by kind. `signal` ends what only waits. Gives how it is taken back, where it can be. */
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
  /** `good` is false where it failed, or was only not waited for any longer. */
  end(operation: Operation, good: boolean): void;
}

/**
 * Carries operations out, each as soon as those that it waits for have
 * succeeded, all others beside it. Where one fails, what waits for it is not
 * begun, its group is undone, nobody waits for readiness any longer, and the
 * rest goes on to its end. After an interruption nothing is begun.
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
      // What was only not waited for is no failure of its own.
      if (operation.kind !== 'ready' || !failed.signal.aborted)
        failures.push({ operation, error: error instanceof Error ? error : new Error(String(error)) });
      failed.abort();
      return false;
    }
  };
  const runWhole = async (operation: Operation): Promise<boolean> => {
    const good = await run(operation);
    if (!good && operation.group !== undefined) {
      for (const undo of undos.get(operation.group) ?? []) await undo().catch(() => undefined);
      undos.delete(operation.group);
      for (const { id, group } of operations) if (group === operation.group) done.delete(id);
    }
    return good;
  };
  for (const operation of operations) ended.set(operation.id, runWhole(operation));
  await Promise.all(ended.values());
  return { done, failures };
}

/** Throws what failed first, or INTERRUPTED where not all was begun. */
export function requireDone(operations: readonly Operation[], { done, failures }: Outcome, signal: AbortSignal): void {
  if (failures[0] !== undefined) throw failures[0].error;
  if (done.size < operations.length) signal.throwIfAborted();
}

async function dispatch(acts: Acts, operation: Operation, signal: AbortSignal): Promise<Undo | void> {
  const act = acts[operation.kind] as ((one: Operation, signal: AbortSignal) => Promise<Undo | void>) | undefined;
  if (act === undefined) throw new Error(`nothing carries out "${operation.kind}"`);
  return act(operation, signal);
}
