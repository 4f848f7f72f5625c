import { pathFromText } from '../../src/model/byte-path.ts';
import { describe, expect, it } from 'vitest';
import { findClashes, isOwn } from '../../src/environment/personal-paths.ts';
import type { RawChange } from '../../src/model/container.ts';

const personal = new Set(
  [
    ...['/home/dev/.zshrc', '/home/dev/.dotfiles/', '/home/dev/.dotfiles/a', '/usr/bin/vim', '/usr/share/vim/'],
    ...['/usr/lib/libgpm.so.2', '/etc/ld.so.cache', '/etc/shells', '/etc/vim/vimrc'],
  ].map(pathFromText),
);
const changed = (...paths: string[]): RawChange[] => paths.map((path) => ({ path: pathFromText(path), kind: 'added' }));
const info = '/var/lib/dpkg/info';

describe('isOwn', () => {
  it.each([
    ['/home/dev/.zshrc', true],
    ['/home/dev/.zshrc2', false],
    ['/home/dev/.dotfiles', true],
    ['/home/dev/.dotfiles/plugins/x', true],
    ['/home/dev', false],
    ['/usr/bin/vim', false],
    ['/usr/share/vim/new', false],
  ])('%s: %s', (path, own) => {
    expect(isOwn(personal, pathFromText(path))).toBe(own);
  });
});

describe('findClashes', () => {
  it('finds what both changed, and leaves out dotfiles, new files and what is derived', () => {
    const changes = changed('/etc/shells', '/home/dev/.zshrc', '/usr/share/vim/new', '/etc/ld.so.cache', '/etc/other');
    expect(findClashes(personal, changes, new Map())).toEqual(['/etc/shells']);
  });

  it('lets a package of Debian pass that brought its files anew', () => {
    const changes = changed('/usr/lib/libgpm.so.2', `${info}/libgpm2.list`);
    const lists = new Map([['libgpm2', '/.\n/usr/lib\n/usr/lib/libgpm.so.2\n']]);
    expect(findClashes(personal, changes, lists)).toEqual([]);
    expect(findClashes(personal, changes, new Map())).toEqual(['/usr/lib/libgpm.so.2']);
  });

  it.each(['postinst', 'preinst', 'conffiles'])('does not, where it has a %s', (kind) => {
    const changes = changed('/usr/bin/vim', `${info}/vim.list`, `${info}/vim.${kind}`);
    const lists = new Map([['vim', '/usr/bin/vim\n/etc/vim/vimrc\n']]);
    expect(findClashes(personal, changes, lists)).toEqual(['the package vim']);
  });
});
