import { describe, expect, it } from 'vitest';
import { apt } from '../../../src/providers/apt.ts';
import { npm } from '../../../src/providers/npm.ts';

const parseApt = apt.proposal.requests.parse;
const history = (...commands: readonly string[]): string =>
  commands.map((command) => `\nStart-Date: 2026-01-01\nCommandline: ${command}\nEnd-Date: 2026-01-01\n`).join('');

describe('the requests of apt', () => {
  it.each([
    [['apt-get install -y hello=2.10-3 jq'], { hello: '2.10-3' }],
    [['/usr/bin/apt install hello=2.10-3', 'apt-get remove jq=1'], { hello: '2.10-3' }],
    [['apt-get install hello=2.9-1', 'apt-get install hello=2.10-3'], { hello: '2.10-3' }],
    [['apt-get install hello=2.10-3', 'apt-get install hello'], {}],
    [['apt-get install ./hello_2.10-3_amd64.deb'], {}],
  ])('name versions as %o does', (commands, pinned) => {
    expect(Object.fromEntries(parseApt(history(...commands)).pinned)).toEqual(pinned);
  });

  it('tell recommended packages from dependencies', () => {
    const stanza = (name: string, fields = '', state = 'installed'): string =>
      `Package: ${name}\nStatus: install ok ${state}\nArchitecture: amd64\nVersion: 1\n${fields}`;
    const status = [
      stanza('dpkg'),
      stanza('htop', 'Depends: libc6, libtinfo (>= 6)\nRecommends: lsof | strace, gone\n'),
      stanza('libtinfo', 'Recommends: libgpm2\n'),
      stanza('libc6'),
      stanza('libgpm2', 'Depends: gpm-common\n'),
      stanza('gpm-common'),
      stanza('lsof-static', 'Provides: lsof\n'),
      stanza('gone', '', 'not-installed'),
    ].join('\n');
    const auto = ['libtinfo', 'libc6', 'libgpm2', 'gpm-common', 'lsof-static'];
    const states = auto.map((name) => `Package: ${name}\nArchitecture: amd64\nAuto-Installed: 1\n`).join('\n');
    expect(Object.fromEntries(parseApt(`\0${status}\0${states}`).recommended)).toEqual({
      'lsof-static': 'htop',
      libgpm2: 'libtinfo',
    });
  });
});

describe('the requests of npm', () => {
  it.each([
    ['"install" "--global" "typescript@5.4.5" "@scope/tool@1.0.0"', { typescript: '5.4.5', '@scope/tool': '1.0.0' }],
    ['"i" "-g" "typescript@5"', {}],
    ['"install" "-g" "typescript"', {}],
    ['"uninstall" "-g" "typescript@5.4.5"', {}],
  ])('name versions as %s does', (argv, pinned) => {
    const log = `7 verbose title npm install\n8 verbose argv ${argv}\n`;
    expect(Object.fromEntries(npm.proposal.requests.parse(log).pinned)).toEqual(pinned);
  });

  it('forget a version when the package is installed without one', () => {
    const log = '8 verbose argv "install" "-g" "typescript@5.4.5"\n8 verbose argv "install" "-g" "typescript"\n';
    expect(npm.proposal.requests.parse(log).pinned.size).toBe(0);
  });
});
