import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NodeHostFiles } from '../../../../src/adapters/host/node-host-files.ts';
import { NodeProcesses } from '../../../../src/adapters/host/node-processes.ts';
import { PersonGit } from '../../../../src/adapters/host/person-git.ts';
import { addressOf, readOrigin } from '../../../../src/adapters/host/origin/read-origin.ts';
import { makeFolder } from '../../../run-devenv.ts';

describe('readOrigin', () => {
  let place: ReturnType<typeof makeFolder>;
  let shop: string;
  const git = (...argv: string[]): string =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=a@example.com', ...argv], {
      ...{ cwd: shop, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    }).trim();
  const origin = (folder = shop) => {
    const files = new NodeHostFiles();
    return readOrigin(new PersonGit(new NodeProcesses(), files), files, folder);
  };

  beforeEach(() => {
    place = makeFolder();
    shop = join(place.path, 'shop');
    mkdirSync(shop);
    git('init', '-q', '-b', 'main');
    git('commit', '-q', '--allow-empty', '-m', 'one');
  });
  afterEach(() => {
    place[Symbol.dispose]();
  });

  it('is the commit and the address of origin, without its login', async () => {
    git('remote', 'add', 'origin', 'https://ada:s3cret@git.example.com/acme/shop.git');
    expect(await origin()).toEqual({
      revision: git('rev-parse', 'HEAD'),
      source: 'https://git.example.com/acme/shop.git',
    });
  });

  it('finds the commit with packed names, detached, on a branch with a slash, and in a worktree', async () => {
    git('checkout', '-q', '-b', 'fix/one');
    git('commit', '-q', '--allow-empty', '-m', 'two');
    const revision = git('rev-parse', 'HEAD');
    expect(await origin()).toEqual({ revision });
    git('pack-refs', '--all');
    expect(await origin()).toEqual({ revision });
    git('checkout', '-q', '--detach');
    expect(await origin()).toEqual({ revision });
    git('worktree', 'add', '-q', join(place.path, 'other'), 'main');
    expect(await origin(join(place.path, 'other'))).toEqual({ revision: git('rev-parse', 'main') });
  });

  it('says nothing without a repository or a commit', async () => {
    rmSync(join(shop, '.git'), { recursive: true });
    expect(await origin()).toEqual({});
    git('init', '-q');
    expect(await origin()).toEqual({});
  });

  it('reads no file outside of the repository, whatever HEAD says', async () => {
    const id = 'a'.repeat(40);
    writeFileSync(join(place.path, 'token'), id);
    for (const head of ['ref: refs/heads/../../../../token', 'ref: refs/../../../token', 'not an id']) {
      writeFileSync(join(shop, '.git/HEAD'), head);
      expect(await origin()).toEqual({});
    }
    writeFileSync(join(shop, '.git/HEAD'), 'ref: refs/heads/link\n');
    symlinkSync(join(place.path, 'token'), join(shop, '.git/refs/heads/link'));
    expect(await origin()).toEqual({});
  });
});

describe('addressOf', () => {
  it.each([
    ['https://git.example.com/acme/shop.git', 'https://git.example.com/acme/shop.git'],
    ['https://token@git.example.com:8443/acme/shop', 'https://git.example.com:8443/acme/shop'],
    ['https://git.example.com/acme/shop?private_token=abc#x', 'https://git.example.com/acme/shop'],
    ['ssh://git:pw@git.example.com/acme/shop.git', 'ssh://git.example.com/acme/shop.git'],
    ['git@git.example.com:acme/shop.git', 'ssh://git.example.com/acme/shop.git'],
    ['git.example.com:/acme/shop.git', 'ssh://git.example.com/acme/shop.git'],
    ['/srv/git/shop.git', undefined],
    ['../shop', undefined],
    ['C:\\repos\\shop', undefined],
    ['file:///home/ada/shop', undefined],
    ['ext::sh -c id', undefined],
    ['https://', undefined],
    ['https://git.example.com/a b', undefined],
    ['https://git.example.com/\u001b[31m', undefined],
    ['', undefined],
  ])('%s', (remote, address) => {
    expect(addressOf(remote)).toBe(address);
  });
});
