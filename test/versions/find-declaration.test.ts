import { describe, expect, it } from 'vitest';
import type { Lock, Version } from '../../src/model/version.ts';
import { findDeclaration } from '../../src/versions/blame.ts';

const version = (number: number, set: Record<string, string>, rest: Partial<Version> = {}): Version => ({
  number,
  kind: 'build',
  ...(number > 1 && { parent: number - 1, from: number - 1 }),
  content: `sha256:${String(number).repeat(64)}`,
  author: 'Ann',
  date: '2025-06-30T12:00:00Z',
  message: 'm',
  size: 1,
  layers: 1,
  items: { set, unset: [] },
  ...rest,
});

const lock: Lock = {
  name: 'shop',
  current: 6,
  shape: `sha256:${'0'.repeat(64)}`,
  resolved: {},
  versions: [
    version(1, { 'apt:jq': '*' }),
    version(2, {}, { items: { set: {}, unset: ['apt:jq'] } }),
    version(3, { 'apt:jq': '*' }),
    // From the base: it declares everything again.
    { ...version(1, { 'apt:jq': '*', 'apt:git': '*' }), number: 4, parent: 3 },
    version(5, { 'npm:pnpm': '10' }),
    version(6, {}, { kind: 'rollback', from: 4 }),
  ],
};

describe('findDeclaration', () => {
  it.each([
    ['jq', 6, 3, 'apt:jq'],
    ['apt:jq', 5, 3, 'apt:jq'],
    ['git', 6, 4, 'apt:git'],
    ['pnpm', 5, 5, 'npm:pnpm'],
    ['jq', 1, 1, 'apt:jq'],
  ])('%s, seen from version %i, came with version %i', (tool, number, expected, item) => {
    const found = findDeclaration(lock, number, tool);
    expect([found?.version.number, found?.item]).toEqual([expected, item]);
  });

  it.each([
    ['pnpm', 6],
    ['jq', 2],
    ['toString', 6],
  ])('%s is not declared by version %i', (tool, number) => {
    expect(findDeclaration(lock, number, tool)).toBeUndefined();
  });
});
