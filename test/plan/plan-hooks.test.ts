import { describe, expect, it } from 'vitest';
import { planHooks } from '../../src/plan/plan-hooks.ts';

const hooks = {
  ...{ create: [{ create: 'c' }], update: [{ update: 'u' }], start: [{ start: 's' }], attach: [{ attach: 'a' }] },
};

describe('planHooks', () => {
  it('makes a new workspace, and does not update it', () => {
    expect(planHooks(hooks, { created: false, started: false }, 'x')).toEqual(['create', 'start']);
  });

  it('updates what was made before and changed since', () => {
    expect(planHooks(hooks, { created: true, updated: 'w', started: true }, 'x')).toEqual(['update']);
    expect(planHooks(hooks, { created: true, updated: 'w', started: false }, 'x')).toEqual(['update', 'start']);
  });

  it('has nothing to do where all is done, or nothing declared', () => {
    expect(planHooks(hooks, { created: true, updated: 'x', started: true }, 'x')).toEqual([]);
    expect(planHooks({}, { created: false, started: false }, 'x')).toEqual([]);
  });
});
