import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diskProgramFiles } from '../../../src/adapters/host/disk-program-files.ts';
import { FileCache } from '../../../src/adapters/host/file-cache.ts';
import { NodeHostFiles } from '../../../src/adapters/host/node-host-files.ts';
import { NodeProcesses } from '../../../src/adapters/host/node-processes.ts';
import { NpmPackages } from '../../../src/adapters/npm/npm-packages.ts';
import { updateSelf, type Update } from '../../../src/machine/self/update.ts';
import { writeTar } from '../../../src/model/tar/tar.ts';
import { makeContext } from '../../fakes/make-context.ts';
import { startNpmRegistry, type NpmRegistry } from '../../lab/npm-registry.ts';
import { makeFolder } from '../../run-devenv.ts';

const name = '@teamvm/devenv';
const platform = `linux-${process.arch}`;
let registry: NpmRegistry;

/** A package whose program answers with its version; `files`: further paths in it. */
async function pack(version: string, status = 0, files: readonly string[] = []): Promise<Buffer> {
  const script = `#!/bin/sh\necho ${version}\nexit ${String(status)}\n`;
  const entries = [...files, 'package/bin/devenv', 'package/LICENSE'].map((path) => ({
    ...{ path, mode: path.endsWith('devenv') ? 0o755 : 0o644, time: 0, size: script.length },
    content: [Buffer.from(script)],
  }));
  const chunks: Uint8Array[] = [];
  for await (const chunk of writeTar(entries)) chunks.push(chunk);
  return gzipSync(Buffer.concat(chunks));
}

async function publish(version: string, tarball: Uint8Array): Promise<void> {
  for (const each of [name, `${name}-${platform}`]) registry.packages.set(each, { version, tarball });
}

beforeAll(async () => {
  registry = await startNpmRegistry('127.0.0.1');
});
afterAll(() => registry.stop());

/** Updates the program that these words start, in a machine whose cache is in `folder`. */
function update(folder: string, program: readonly string[], check = false): Promise<Update> {
  const cache = new FileCache(join(folder, 'cache'));
  const context = makeContext(
    {},
    {
      ports: {
        files: new NodeHostFiles(),
        processes: new NodeProcesses(),
        programFiles: () => Promise.resolve(diskProgramFiles),
        packages: () => Promise.resolve(new NpmPackages({ registry: registry.url, cache, clock: Date })),
      },
    },
  );
  return updateSelf(context, { name, current: '0.1.0', program, check });
}

const put = (path: string, text: string): string => {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text, { mode: 0o755 });
  return path;
};

/** As install.sh leaves it. */
function installLinked(folder: string): string {
  put(join(folder, 'lib/devenv-0.1.0/bin/devenv'), 'old');
  mkdirSync(join(folder, 'bin'));
  symlinkSync(join(folder, 'lib/devenv-0.1.0/bin/devenv'), join(folder, 'bin/devenv'));
  return join(folder, 'bin/devenv');
}

describe('devenv self update', () => {
  it('replaces an executable that a person put somewhere', async () => {
    using folder = makeFolder();
    const path = put(join(folder.path, 'bin/devenv'), 'old');
    await publish('0.2.0', await pack('0.2.0'));
    expect(await update(folder.path, [path])).toEqual({ current: '0.1.0', available: '0.2.0', updated: true });
    expect(readFileSync(path, 'utf8')).toContain('echo 0.2.0');
    expect(readdirSync(join(folder.path, 'bin'))).toEqual(['devenv']);
  });

  it('lets the link of install.sh lead to the new version, and removes the old one', async () => {
    using folder = makeFolder();
    const path = installLinked(folder.path);
    await publish('0.2.0', await pack('0.2.0'));
    expect(await update(folder.path, [path])).toMatchObject({ updated: true });
    expect(readFileSync(path, 'utf8')).toContain('echo 0.2.0');
    expect(readdirSync(join(folder.path, 'lib'))).toEqual(['devenv-0.2.0']);
    expect(existsSync(join(folder.path, 'lib/devenv-0.2.0/LICENSE'))).toBe(true);
  });

  it('does nothing without a newer version, and only looks with --check', async () => {
    using folder = makeFolder();
    const path = put(join(folder.path, 'devenv'), 'old');
    await publish('0.1.0', await pack('0.1.0'));
    expect(await update(folder.path, [path])).toEqual({ current: '0.1.0', available: '0.1.0', updated: false });
    await publish('0.0.9', await pack('0.0.9'));
    expect(await update(folder.path, [path])).toMatchObject({ available: '0.0.9', updated: false });
    await publish('0.2.0', await pack('0.2.0'));
    expect(await update(folder.path, [path], true)).toMatchObject({ available: '0.2.0', updated: false });
    expect(readFileSync(path, 'utf8')).toBe('old');
  });

  it.each<readonly [what: string, version: string, tarball: () => Promise<Buffer>, code: string]>([
    ['does not run here', '0.3.0', () => pack('0.3.0', 1), 'FILE_UNWRITABLE'],
    ['leads out of its folder', '0.3.1', () => pack('0.3.1', 0, ['package/../../x']), 'CONTENT_MISMATCH'],
    ['is no archive', '0.3.2', () => Promise.resolve(Buffer.from('x')), 'CONTENT_MISMATCH'],
  ])('keeps the installed program where the new one %s', async (_, version, tarball, code) => {
    using folder = makeFolder();
    const path = installLinked(folder.path);
    await publish(version, await tarball());
    await expect(update(folder.path, [path])).rejects.toMatchObject({ code });
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(join(folder.path, 'lib'))).toEqual(['devenv-0.1.0']);
  });

  it('installs nothing whose sha512 is not the one that the registry publishes', async () => {
    using folder = makeFolder();
    const path = put(join(folder.path, 'devenv'), 'old');
    const tarball = await pack('0.4.0');
    await publish('0.4.0', tarball);
    registry.packages.set(`${name}-${platform}`, {
      ...{ version: '0.4.0', tarball: Buffer.concat([tarball, Buffer.from('x')]) },
      integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}`,
    });
    await expect(update(folder.path, [path])).rejects.toMatchObject({ code: 'CONTENT_MISMATCH' });
    expect(readFileSync(path, 'utf8')).toBe('old');
  });

  it('lets npm update what npm installed, in the prefix where it is', async () => {
    using folder = makeFolder();
    const path = put(join(folder.path, 'own/lib/node_modules/@teamvm/devenv/bin/devenv.js'), 'old');
    const npm = put(join(folder.path, 'programs/npm'), '#!/bin/sh\necho "$@" >"$(dirname "$0")/asked"\n');
    chmodSync(npm, 0o755);
    await publish('0.2.0', await pack('0.2.0'));
    const before = process.env['PATH'];
    process.env['PATH'] = `${join(folder.path, 'programs')}:${before ?? ''}`;
    try {
      expect(await update(folder.path, ['node', path])).toMatchObject({ updated: true });
    } finally {
      process.env['PATH'] = before;
    }
    expect(readFileSync(join(folder.path, 'programs/asked'), 'utf8')).toBe(
      `install --global --prefix ${join(folder.path, 'own')} --no-fund --no-audit ${name}@0.2.0\n`,
    );
  });

  it.each([
    [`cache/devenv/wrapper/${'a'.repeat(128)}/bin/devenv`, 'devenv init --wrapper'],
    ['project/node_modules/@teamvm/devenv/bin/devenv.js', 'npm install'],
    ['pnpm/global/5/node_modules/@teamvm/devenv/bin/devenv.js', 'pnpm add --global'],
    ['.npm/_npx/1a/node_modules/@teamvm/devenv/bin/devenv.js', 'npx'],
  ])('names what updates %s', async (path, hint) => {
    using folder = makeFolder();
    const program = put(join(folder.path, path), 'old');
    const words = path.endsWith('.js') ? ['node', program] : [program];
    await expect(update(folder.path, words)).rejects.toMatchObject({
      ...{ code: 'UPDATED_ELSEWHERE', suggestions: [expect.stringContaining(hint)] },
    });
  });
});
