import { describe, expect, it } from 'vitest';
import { joinPatterns } from '../../src/model/join-patterns.ts';

describe('joinPatterns', () => {
  const patterns = [/^\/(?<place>opt)\/a$/, /\/(?<place>b|c)(?<!x\/b)$/, /^(?!\/no)\/.*d$/];
  const joined = joinPatterns(patterns);

  it.each(['/opt/a', '/opt/a/', '/x/b', '/y/b', '/c', '/nod', '/yes/d', '', '/opt'])(
    'fits %j as any of them does',
    (path) => {
      expect(joined.test(path)).toBe(patterns.some((pattern) => pattern.test(path)));
    },
  );

  it('refuses flags, which would be lost', () => {
    expect(() => joinPatterns([/a/i])).toThrow('flags');
  });
});
