import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { imagePath, namePath, parseReference } from '../../../../src/adapters/docker/images/reference.ts';

const digest = `sha256:${'a'.repeat(64)}`;

describe('parseReference', () => {
  it.each([
    ['debian', { repository: 'debian' }],
    ['debian:bookworm-slim', { repository: 'debian', tag: 'bookworm-slim' }],
    ['localhost:5000/a/b:1', { repository: 'localhost:5000/a/b', tag: '1' }],
    [`reg.example.com/a@${digest}`, { repository: 'reg.example.com/a', digest }],
    [`reg.example.com/a:1@${digest}`, { repository: 'reg.example.com/a', tag: '1', digest }],
  ])('takes %s apart', (text, parts) => {
    expect(parseReference(text)).toEqual(parts);
  });

  it.each(['', 'Upper', 'a//b', 'a@sha256:zz', '../x', 'a b', 'a?x=1', 'a#b', 'a:', '-a', 'a\n', 'x'.repeat(600)])(
    'refuses %j',
    (text) => {
      expect(() => parseReference(text)).toThrow(expect.objectContaining({ code: 'ENGINE_REFUSED' }));
    },
  );
});

it('lets nothing into a path that would end it', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      for (const toPath of [imagePath, namePath]) {
        let path: string;
        try {
          path = toPath(text);
        } catch {
          continue;
        }
        expect(path).not.toMatch(/[?#\s\\]|\.\.\/|^\//);
      }
    }),
  );
});
