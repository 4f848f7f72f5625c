import { afterEach, describe, expect, it, vi } from 'vitest';
import { envFailpoints, failpoint } from '../../../src/adapters/host/failpoint.ts';

afterEach(() => vi.unstubAllEnvs());

describe('failpoint', () => {
  it('does nothing unless its own name is asked for', async () => {
    expect(failpoint('a')).toBeUndefined();
    vi.stubEnv('TEAMVM_FAILPOINT', 'ab:throw,b:throw');
    expect(failpoint('a')).toBeUndefined();
    await expect(envFailpoints.reach('b')).rejects.toThrow('failpoint b');
  });

  it('fails like a full disk', () => {
    vi.stubEnv('TEAMVM_FAILPOINT', 'x:sleep=1,commit.name:enospc');
    expect(() => failpoint('commit.name')).toThrow(expect.objectContaining({ code: 'ENOSPC' }));
  });

  it('sleeps as long as it is told', async () => {
    vi.stubEnv('TEAMVM_FAILPOINT', 'x:sleep=120');
    const began = Date.now();
    await failpoint('x');
    expect(Date.now() - began).toBeGreaterThan(100);
  });

  it('refuses an action that it does not know', () => {
    vi.stubEnv('TEAMVM_FAILPOINT', 'x:explode');
    expect(() => failpoint('x')).toThrow('names no action');
  });
});
