import { describe, expect, it } from 'vitest';
import { carryOut, requireDone, type Acts } from '../../src/plan/carry-out.ts';
import type { Operation } from '../../src/plan/operation.ts';

const never = new AbortController().signal;

/** Operations on services, named by a letter each: `after` are letters, too. */
function operationsOf(
  ...given: readonly {
    readonly name: string;
    readonly after?: string;
    readonly group?: number;
    readonly waits?: true;
  }[]
): readonly Operation[] {
  const ids = new Map(given.map(({ name }, index) => [name, index + 1]));
  return given.map(({ name, after = '', group, waits }, index) => ({
    ...(waits ? { kind: 'ready', service: name } : { kind: 'start', service: name }),
    ...{ id: index + 1, cause: 'test', after: [...after].map((one) => ids.get(one) ?? 0) },
    ...(group !== undefined && { group }),
  }));
}

/** Acts that write down what happens; those in `broken` fail, and all that are waited for end with the signal. */
function record(broken = ''): { readonly log: string[]; readonly acts: Acts } {
  const log: string[] = [];
  const act = async ({ service = '' }: { readonly service?: string }): Promise<() => Promise<void>> => {
    log.push(service);
    await Promise.resolve();
    if (broken.includes(service)) throw new Error(`${service} is broken`);
    return async () => void log.push(`undo ${service}`);
  };
  const wait = async ({ service }: { readonly service: string }, signal: AbortSignal): Promise<void> => {
    log.push(service);
    await new Promise<void>((_, fail) => {
      signal.addEventListener('abort', () => fail(new Error(`${service} was not waited for`)), { once: true });
    });
  };
  return { log, acts: { start: act, ready: wait } };
}

describe('carryOut', () => {
  it('begins everything at once that waits for nothing, and the rest as soon as it may', async () => {
    const { log, acts } = record();
    const operations = operationsOf(
      { name: 'a' },
      { name: 'b', after: 'a' },
      { name: 'c' },
      { name: 'd', after: 'bc' },
    );
    const { done, failures } = await carryOut(operations, acts, { signal: never });
    expect(log).toEqual(['a', 'c', 'b', 'd']);
    expect([[...done].sort(), failures]).toEqual([[1, 2, 3, 4], []]);
  });

  it('does not begin what waits for a failure, and carries out the rest', async () => {
    const { log, acts } = record('a');
    const operations = operationsOf({ name: 'a' }, { name: 'b', after: 'a' }, { name: 'c' }, { name: 'd', after: 'c' });
    const outcome = await carryOut(operations, acts, { signal: never });
    expect(log).toEqual(['a', 'c', 'd']);
    expect(outcome.failures.map(({ operation, error }) => [operation.id, error.message])).toEqual([[1, 'a is broken']]);
    expect(() => requireDone(operations, outcome, never)).toThrow('a is broken');
  });

  it('undoes a group that fails, the last first, and nothing else', async () => {
    const { log, acts } = record('c');
    const operations = operationsOf(
      { name: 'x' },
      { name: 'a', group: 1 },
      { name: 'b', after: 'a', group: 1 },
      { name: 'c', after: 'b', group: 1 },
      { name: 'd', after: 'c' },
    );
    const { done } = await carryOut(operations, acts, { signal: never });
    expect(log).toEqual(['x', 'a', 'b', 'c', 'undo b', 'undo a']);
    expect([...done]).toEqual([1]);
  });

  it('undoes a group whose last part waits for somebody who failed', async () => {
    const { log, acts } = record('n');
    const operations = operationsOf({ name: 'n' }, { name: 'a', group: 1 }, { name: 'b', after: 'an', group: 1 });
    await carryOut(operations, acts, { signal: never });
    expect(log).toEqual(['n', 'a', 'undo a']);
  });

  it('keeps a whole group, whatever fails after it', async () => {
    const { log, acts } = record('b');
    const operations = operationsOf({ name: 'a', group: 1 }, { name: 'b', after: 'a' });
    await carryOut(operations, acts, { signal: never });
    expect(log).toEqual(['a', 'b']);
  });

  it('ends waiting for readiness at the first failure, which is the only one', async () => {
    const { acts } = record('a');
    const { failures } = await carryOut(operationsOf({ name: 'w', waits: true }, { name: 'a' }), acts, {
      signal: never,
    });
    expect(failures.map(({ error }) => error.message)).toEqual(['a is broken']);
  });

  it('begins nothing after an interruption, and says that it was one', async () => {
    const { log, acts } = record();
    const stop = new AbortController();
    const operations = operationsOf({ name: 'a' }, { name: 'b', after: 'a' });
    const first: Acts = {
      ...acts,
      start: async (operation, signal) => {
        stop.abort(new Error('interrupted'));
        return acts.start?.(operation, signal);
      },
    };
    const outcome = await carryOut(operations, first, stop);
    expect(log).toEqual(['a']);
    expect(() => requireDone(operations, outcome, stop.signal)).toThrow('interrupted');
  });
});
