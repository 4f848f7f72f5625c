import { describe, expect, it } from 'vitest';
import { findMirror } from '../../../src/image/base/find-mirror.ts';

const apt = (stdout: string, exitCode = 0) => ({ run: async () => ({ exitCode, stdout, stderr: '' }) });
const official = { mirror: 'http://deb.debian.org/debian', security: 'http://deb.debian.org/debian-security' };
const near = `http://third.example/apt/ stable main
http://near.example/debian/ bookworm-updates main
http://near.example/debian/ bookworm contrib
http://near.example/debian/ bookworm main
http://near.example/debian-security/ bookworm-security main
http://far.example/debian/ trixie main`;

describe('findMirror', () => {
  it("takes the machine's own", async () => {
    const expected = { mirror: 'http://near.example/debian', security: 'http://near.example/debian-security' };
    expect(await findMirror(apt(near), undefined)).toEqual(expected);
  });

  it('takes the one that was asked for, with the official security updates', async () => {
    const expected = { mirror: 'https://x.example:8080/debian', security: official.security };
    expect(await findMirror(apt(near), 'https://x.example:8080/debian/')).toEqual(expected);
  });

  it.each([
    ['', 127],
    ['http://near.example/debian bookworm main', 100],
    ['file:/srv/debian bookworm main', 0],
    ['http://localhost:3142/debian bookworm main', 0],
    ['http://archive.ubuntu.com/ubuntu noble main', 0],
    ['http://a.example/$(id)/debian bookworm main', 0],
  ])("falls back to Debian's own for %j", async (stdout, exitCode) => {
    expect(await findMirror(apt(stdout, exitCode), undefined)).toEqual(official);
  });
});
