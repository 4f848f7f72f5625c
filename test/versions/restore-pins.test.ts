import { describe, expect, it } from 'vitest';
import { restorePins } from '../../src/versions/restore-pins.ts';

const current = { base: 'image debian:13', node: '24', 'apt:jq': '*', 'apt:git': '*' };
const recorded = {
  base: { 'debian:13': 'sha256:13' },
  node: { node: '24.1.0', 'node.integrity.x64': 'sha512-24' },
  apt: { jq: '1.7', git: '2.47' },
};

describe('restorePins', () => {
  it('takes what the older image has, and no checksum of another version', () => {
    const items = { base: 'image debian:12', node: '22', 'apt:jq': '*' };
    const inventory = { node: { node: '22.5.0' }, apt: { jq: '1.6', git: '2.39', libc6: '2.36' } };
    expect(restorePins(items, current, recorded, inventory)).toEqual({ node: { node: '22.5.0' }, apt: { jq: '1.6' } });
  });

  it('keeps what was declared the same and is true still', () => {
    const items = { base: 'image debian:13', node: '24', 'apt:git': '*' };
    const inventory = { node: { node: '24.1.0' }, apt: { git: '2.47' } };
    expect(restorePins(items, current, recorded, inventory)).toEqual({
      base: recorded.base,
      node: recorded.node,
      apt: { git: '2.47' },
    });
  });
});
