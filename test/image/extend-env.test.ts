import { describe, expect, it } from 'vitest';
import { extendEnv } from '../../src/image/extend-env.ts';

describe('extendEnv', () => {
  it('refers to what the image had before, in each form', () => {
    const env = extendEnv(['PATH=/bin', 'A=1=2'], {
      PATH: '/opt/x:${PATH}',
      B: '$PATH ${containerEnv:A} ${NONE:-else} ${NONE}$NONE.',
      A: '',
    });
    expect(env).toEqual(['PATH=/opt/x:/bin', 'A=', 'B=/bin 1=2 else .']);
  });

  it('takes no text of a value for a pattern', () => {
    expect(extendEnv(["A=$& $' $1"], { B: '${A}' })).toEqual(["A=$& $' $1", "B=$& $' $1"]);
  });

  it('refuses a value that doubles again and again, before it fills the memory', () => {
    let env: readonly string[] = ['A=0123456789'];
    const begun = performance.now();
    expect(() => {
      for (let turn = 0; turn < 60; turn += 1) env = extendEnv(env, { A: '$A'.repeat(1_000) });
    }).toThrow(/The variable A of a Feature is too long/);
    expect(performance.now() - begun).toBeLessThan(1_000);
  });
});
