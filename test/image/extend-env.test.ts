import { expect, it } from 'vitest';
import { extendEnv } from '../../src/image/extend-env.ts';

it('refers to what is there before', () => {
  expect(extendEnv(['PATH=/bin', 'A=1'], { PATH: '/x:${PATH}', B: '$A${NONE:-2}${containerEnv:A}' })).toEqual([
    'PATH=/x:/bin',
    'A=1',
    'B=121',
  ]);
});

it('refuses a value that doubles again and again, before it fills the memory', () => {
  let env: readonly string[] = ['A=0123456789'];
  const begun = performance.now();
  expect(() => {
    for (let turn = 0; turn < 60; turn += 1) env = extendEnv(env, { A: '$A'.repeat(1_000) });
  }).toThrow(/The variable A of a Feature is too long/);
  expect(performance.now() - begun).toBeLessThan(1_000);
});
