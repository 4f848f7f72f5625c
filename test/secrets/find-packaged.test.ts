import { describe, expect, it } from 'vitest';
import { readChecksums } from '../../src/secrets/find-packaged.ts';

const md5 = '0123456789abcdef0123456789abcdef';
const sha256 = 'a'.repeat(43);

describe('readChecksums', () => {
  it("reads dpkg's lists, and finds the merged /usr", () => {
    expect([...readChecksums('/var/lib/dpkg/info/x.md5sums', `${md5}  lib/x/key.pem\n`)]).toEqual([
      { path: '/lib/x/key.pem', sum: md5 },
      { path: '/usr/lib/x/key.pem', sum: md5 },
    ]);
  });

  it("reads the settings in dpkg's status", () => {
    const status = `Package: x\nConffiles:\n /etc/x.conf ${md5}\n /etc/old ${md5} obsolete\nVersion: 1\n`;
    expect([...readChecksums('/var/lib/dpkg/status', status)].map(({ path }) => path)).toEqual([
      '/etc/x.conf',
      '/etc/old',
    ]);
  });

  it("reads pip's record, from where it lies", () => {
    const record = `a/key.pem,sha256=${sha256},12\n"b,c.pem",sha256=${sha256},1\n../../../bin/x,sha256=${sha256},1\na/RECORD,,\n`;
    const path = '/usr/local/lib/python3.11/site-packages/a-1.dist-info/RECORD';
    expect([...readChecksums(path, record)].map((each) => each.path)).toEqual([
      '/usr/local/lib/python3.11/site-packages/a/key.pem',
      '/usr/local/lib/python3.11/site-packages/b,c.pem',
      '/usr/local/bin/x',
    ]);
  });
});
