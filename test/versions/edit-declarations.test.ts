import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffLines } from '../../src/versions/edit-declarations.ts';

describe('diffLines', () => {
  it('shows what changed with two lines around it', () => {
    const before = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'].join('\n');
    const after = ['a', 'b', 'c', 'D', 'e', 'f', 'g', 'h', 'i', 'x', 'j'].join('\n');
    expect(diffLines(before, after)).toEqual([' b', ' c', '-d', '+D', ' e', ' f', '...', ' h', ' i', '+x', ' j']);
    expect(diffLines(before, before)).toEqual([]);
  });

  it('holds every line that went and every line that came', () => {
    const texts = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 });
    fc.assert(
      fc.property(texts, texts, (a, b) => {
        const rows = diffLines(a.join('\n'), b.join('\n'));
        const count = (sign: string): number => rows.filter((row) => row.startsWith(sign)).length;
        const [x, y] = [a.join('\n').split('\n').length, b.join('\n').split('\n').length];
        expect(count('+') - count('-')).toBe(y - x);
        expect(rows.length === 0).toBe(a.join('\n') === b.join('\n'));
      }),
    );
  });
});
