import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { nodeVersion } from '../../scripts/executables/fetch-node.ts';
import { installOnHost } from '../lab/install-on-host.ts';
import { cacheFolder } from '../lab/install.ts';
import { unpackPackages } from '../lab/packages.ts';
import { buildExecutable } from './build-executable.ts';

const root = resolve(import.meta.dirname, '../..');
const out = mkdtempSync(join(tmpdir(), 'devenv-executables-'));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly version: string };

afterAll(() => rmSync(out, { recursive: true }));

describe('the executable for arm64', () => {
  const prefix = join(cacheFolder, 'arm64');

  it('runs under an emulator', async () => {
    await installOnHost([['debian-archive-keyring', '/usr/share/keyrings/debian-archive-keyring.gpg']]);
    const names = ['libc6', 'libstdc++6', 'libgcc-s1'].map((name) => `${name}-arm64-cross`);
    await unpackPackages({ suite: 'bookworm', names: ['qemu-user-static', ...names], prefix });
    buildExecutable(out, 'linux-arm64');
    const env = { HOME: '/nonexistent', QEMU_LD_PREFIX: join(prefix, 'usr/aarch64-linux-gnu') };
    const shop = join(out, 'shop');
    mkdirSync(shop);
    writeFileSync(join(shop, 'devenv.yaml'), 'version: 1\nname: shop\nbase: debian:12\npackages: { apt: [jq] }\n');
    const emulated = (...argv: string[]): string =>
      execFileSync(join(prefix, 'usr/bin/qemu-aarch64-static'), [join(out, 'devenv-linux-arm64'), ...argv], {
        ...{ encoding: 'utf8', env },
      });
    expect(emulated('--version')).toBe(`@teamvm/devenv/${version} linux-arm64 node-v${nodeVersion}\n`);
    expect(emulated('--help')).toContain('Create and start the workspace');
    expect(emulated('plan', '-C', shop)).toContain('jq');
  }, 240_000);
});
