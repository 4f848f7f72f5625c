import { describe, expect, it } from 'vitest';
import { carriesLabels } from '../../../src/adapters/docker/carries-labels.ts';

describe('carriesLabels', () => {
  const found = { role: 'volume', folder: '/a=b', empty: '' };

  it.each([
    [[], true],
    [['role=volume'], true],
    [['role=volume', 'folder=/a=b'], true],
    [['role'], true],
    [['empty='], true],
    [['role=volume', 'folder=/a'], false],
    [['role=snapshot'], false],
    [['other'], false],
    [['toString'], false],
  ])('%j: %s', (wanted, expected) => expect(carriesLabels(found, wanted)).toBe(expected));
});
