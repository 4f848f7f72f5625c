import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeTar, type TarEntry } from '../../../src/model/tar/tar.ts';

const run = promisify(execFile);

async function* chunked(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += 700) yield await Promise.resolve(bytes.subarray(at, at + 700));
}

async function collect(entries: readonly TarEntry[]): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of writeTar(entries)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('writeTar', () => {
  it('is read by GNU tar, whatever the name, mode and size', { timeout: 60_000 }, async () => {
    const segment = fc.stringMatching(/^[a-zA-Z0-9ä€ ._+@-]{1,60}$/).filter((text) => !/^\.+$/.test(text));
    const folder = await mkdtemp(join(tmpdir(), 'devenv-tar-'));
    try {
      await fc.assert(
        fc.asyncProperty(
          fc.array(segment, { minLength: 1, maxLength: 6 }).map((parts) => parts.join('/')),
          fc.integer({ min: 0, max: 0o7777 }),
          fc.uint8Array({ maxLength: 2000 }),
          async (path, mode, bytes) => {
            const file = join(folder, 'x.tar');
            const tar = await collect([{ path, mode, size: bytes.byteLength, content: chunked(bytes) }]);
            expect(tar.byteLength % 512).toBe(0);
            await writeFile(file, tar);
            const list = await run('tar', ['-tvf', file, '--quoting-style=literal', '--numeric-owner'], {
              env: { ...process.env, LC_ALL: 'C.UTF-8' },
            });
            expect(list.stdout).toMatch(/^-\S{9} 0\/0 /);
            expect(list.stdout.trimEnd().endsWith(path.trimEnd())).toBe(true);
            const { stdout } = await run('tar', ['-xOf', file], { encoding: 'buffer' });
            expect(Buffer.compare(stdout, Buffer.from(bytes))).toBe(0);
          },
        ),
        { numRuns: 25 },
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('gives the same bytes for the same input', async () => {
    const entries = (): TarEntry[] => [
      { path: 'a/', mode: 0o755, size: 0 },
      { path: 'a/b', mode: 0o644, size: 3, content: chunked(Buffer.from('abc')) },
    ];
    expect(await collect(entries())).toEqual(await collect(entries()));
  });

  it.each([2, 4])('refuses a content of 3 bytes where %i were said', async (size) => {
    await expect(collect([{ path: 'a', mode: 0o644, size, content: chunked(Buffer.from('abc')) }])).rejects.toThrow(
      /changed its size/,
    );
  });
});
