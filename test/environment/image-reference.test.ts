import { describe, expect, it } from 'vitest';
import { parseImageReference } from '../../src/environment/image-reference.ts';

const digest = `sha256:${'a'.repeat(64)}`;

describe('parseImageReference', () => {
  it.each([
    ['debian', { registry: 'docker.io', repository: 'library/debian' }],
    ['debian:bookworm-slim', { registry: 'docker.io', repository: 'library/debian', tag: 'bookworm-slim' }],
    ['team/env', { registry: 'docker.io', repository: 'team/env' }],
    ['localhost/env', { registry: 'localhost', repository: 'env' }],
    ['localhost:5000/a/b:1', { registry: 'localhost:5000', repository: 'a/b', tag: '1' }],
    ['10.0.0.1:5000/env', { registry: '10.0.0.1:5000', repository: 'env' }],
    ['[::1]:5000/env', { registry: '[::1]:5000', repository: 'env' }],
    ['Registry.example.com/env', { registry: 'Registry.example.com', repository: 'env' }],
    [`a/b:1@${digest}`, { registry: 'docker.io', repository: 'a/b', tag: '1', digest }],
    ['a__b/c--d.e_f', { registry: 'docker.io', repository: 'a__b/c--d.e_f' }],
  ])('reads %s', (text, parts) => {
    expect(parseImageReference(text)).toEqual({ kind: 'reference', ...parts });
  });

  it.each([
    ['', 'empty'],
    ['Upper/Case', 'lower case'],
    ['a//b', 'empty'],
    ['/a', 'empty'],
    ['a/', 'empty'],
    ['a@sha256:zz', '64 hex digits'],
    [`a@md5:${'a'.repeat(32)}`, '64 hex digits'],
    ['a@', '64 hex digits'],
    ['localhost:99999/a', 'from 1 to 65535'],
    ['localhost:0/a', 'from 1 to 65535'],
    ['localhost:/a', 'not a host name'],
    ['a:b:c', 'lower-case'],
    ['a:-b', 'a tag'],
    [`a:${'b'.repeat(129)}`, 'a tag'],
    ['a___b', 'lower-case'],
    ['a..b', 'lower-case'],
    ['-a', 'lower-case'],
    ['a b', 'lower-case'],
    ['a\n', 'lower-case'],
    ['a;id', 'lower-case'],
    ['d\u0435bian', 'lower-case'],
    [`a/${'b'.repeat(300)}`, '255'],
    ['a'.repeat(64), 'the id of an image'],
  ])('refuses %j', (text, problem) => {
    expect(parseImageReference(text)).toMatchObject({
      kind: 'invalid',
      problem: expect.stringContaining(problem) as string,
    });
  });
});
