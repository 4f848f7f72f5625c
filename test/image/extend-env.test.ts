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
});
