import { describe, expect, it } from 'vitest';
import { parseOsRelease } from '../../src/machine/observe-host-system.ts';

describe('parseOsRelease', () => {
  it.each([
    ['ID=debian\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_CODENAME=bookworm', 'debian', 'bookworm'],
    ['ID=ubuntu\nID_LIKE=debian\nVERSION_CODENAME=noble', 'debian', 'noble'],
    ["ID=linuxmint\nID_LIKE='ubuntu debian'", 'debian', ''],
    ['ID="rocky"\nID_LIKE="rhel centos fedora"', 'rhel', ''],
    ['ID=fedora', 'fedora', ''],
    ['ID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"', 'suse', ''],
    ['ID=nixos', 'other', ''],
    ['', 'other', ''],
    ['# ID=debian\nID', 'other', ''],
  ])('%j', (text, family, codename) => {
    expect(parseOsRelease(text)).toMatchObject({ family, codename });
  });

  it('names the system', () => {
    expect(parseOsRelease('PRETTY_NAME="A B"').name).toBe('A B');
    expect(parseOsRelease('').name).toBe('this system');
  });
});
