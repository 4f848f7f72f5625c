import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cleanText } from '../../../../src/adapters/docker/connection/clean-text.ts';

it('leaves nothing that drives a terminal, and one line', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 0x2fff })), (codes) => {
      const text = String.fromCharCode(...codes);
      // oxlint-disable-next-line no-control-regex -- those are what must be gone
      expect(cleanText(text)).not.toMatch(/[\0-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
    }),
  );
});

it('takes whole escape sequences away', () => {
  expect(cleanText('\x1b[31mred\x1b[0m \x1b]0;title\x07and\nmore')).toBe('red and more');
});

it('shortens what is too long', () => {
  expect(cleanText('x'.repeat(50), 10)).toBe(`${'x'.repeat(9)}…`);
});
