import { expect, it } from 'vitest';
import { DevenvError } from '../../src/errors/devenv-error.ts';
import { retryPaused } from '../../src/observe/retry-paused.ts';
import type { Runtime } from '../../src/ports/runtime.ts';

const refusal = new DevenvError('ENGINE_REFUSED', 'Container a is paused, unpause the container before exec.', {
  data: { status: 409 },
});

/** A container that is paused for so many looks. */
function pausedFor(looks: number) {
  let left = looks;
  const inspect = async () => ({ state: left-- > 0 ? 'paused' : 'running' });
  const read = async (): Promise<string> => {
    if (left > 0) throw refusal;
    return 'read';
  };
  return { runtime: { inspect } as unknown as Runtime, read };
}

it('reads again when the container goes on', async () => {
  const { runtime, read } = pausedFor(2);
  expect(await retryPaused(runtime, 'a', read)).toBe('read');
});

it('passes other failures on at once', async () => {
  const { runtime } = pausedFor(0);
  const other = new DevenvError('ENGINE_REFUSED', 'a is paused', { data: { status: 500 } });
  await expect(retryPaused(runtime, 'a', () => Promise.reject(other))).rejects.toBe(other);
});

it('ends when it is interrupted', async () => {
  const { runtime, read } = pausedFor(1_000);
  await expect(retryPaused(runtime, 'a', read, AbortSignal.timeout(300))).rejects.toMatchObject({ name: 'AbortError' });
});
