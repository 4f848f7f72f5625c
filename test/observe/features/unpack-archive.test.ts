import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { writeTar, type TarEntry } from '../../../src/model/tar/tar.ts';
import { unpackArchive } from '../../../src/observe/features/unpack-archive.ts';

const file = (path: string, text = 'x', mode = 0o644): TarEntry => ({
  ...{ path, mode, size: Buffer.byteLength(text), content: [Buffer.from(text)] },
});
const link = (path: string, target: string): TarEntry => ({ path, mode: 0o777, size: 0, link: target });

async function pack(...entries: readonly TarEntry[]): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of writeTar(entries)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Gives the first entry another type or size. */
function patch(tar: Buffer, at: number, text: string): Buffer {
  tar.write(text, at, 'latin1');
  tar.write('        ', 148, 'latin1');
  const sum = tar.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  tar.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return tar;
}

const list = (archive: Uint8Array): readonly unknown[] =>
  unpackArchive(archive).map(({ path, mode, content, link: target }) => [
    path,
    mode.toString(8),
    Buffer.from(content).toString(),
    target,
  ]);

describe('the archive of a Feature', () => {
  it('gives files, folders and links within it, compressed or not', async () => {
    const long = `${'deep/'.repeat(30)}name.txt`;
    const tar = await pack(
      file('./install.sh', 'echo hi', 0o4755),
      { path: './lib/', mode: 0o700, size: 0 },
      file('./lib/a.sh', 'a'),
      link('./b.sh', 'lib/a.sh'),
      link('lib/up', '../install.sh'),
      file(long, 'long'),
    );
    const expected = [
      ['b.sh', '777', '', 'lib/a.sh'],
      [long, '644', 'long', undefined],
      ['install.sh', '755', 'echo hi', undefined],
      ['lib/', '755', '', undefined],
      ['lib/a.sh', '644', 'a', undefined],
      ['lib/up', '777', '', '../install.sh'],
    ];
    expect(list(tar)).toEqual(expected);
    expect(list(gzipSync(tar))).toEqual(expected);
  });

  it.each<readonly [string, readonly TarEntry[]]>([
    ['leads out of it', [file('../install.sh')]],
    ['leads out of it', [file('lib/../../x')]],
    ['leads out of it', [file('/etc/passwd')]],
    ['leads out of it', [file('a\nb')]],
    ['the link out leads out of it', [link('out', '/etc')]],
    ['the link out leads out of it', [link('out', '../x')]],
    ['the link a/out leads out of it', [link('a/out', 'b/../../../x')]],
    ['lies below lib, which is no folder', [link('lib', 'other'), file('lib/x')]],
    ['lies below lib, which is no folder', [file('lib'), file('lib/x')]],
    // One place under two names.
    ['lies below a/lib, which is no folder', [link('a/./lib', '..'), file('a/lib/x')]],
    ['lies below a/lib, which is no folder', [link('a//lib', '..'), file('a/lib/x')]],
    ['leads out of it', [file(`${'/'.repeat(300_000)}x`)]],
    ['leads out of it', [file(`a${'/.'.repeat(300_000)}`)]],
  ])('%s: is refused', async (why, entries) => {
    const tar = await pack(...entries);
    expect(() => unpackArchive(tar)).toThrow(why);
  });

  it.each(['1', '3', '4', '6'])('is refused with an entry of the type %s', async (type) => {
    const tar = patch(await pack(file('x')), 156, type);
    expect(() => unpackArchive(tar)).toThrow('a device, a pipe or a hard link');
  });

  it('is refused with more files than a Feature can have', async () => {
    const tar = await pack(...Array.from({ length: 5_001 }, (_, index) => file(`f${String(index)}`)));
    expect(() => unpackArchive(tar)).toThrow('more than 5000 files');
  });

  it('is refused before it is unpacked if it becomes too large', () => {
    const bomb = gzipSync(Buffer.alloc(200 * 1024 ** 2));
    expect(bomb.length).toBeLessThan(300_000);
    expect(() => unpackArchive(bomb)).toThrow('larger than 64 MB');
  });

  it('is refused if a file says that it is larger than the archive', async () => {
    const tar = patch(await pack(file('x')), 124, '77777777777');
    expect(() => unpackArchive(tar)).toThrow('in the middle of a file');
  });

  it.each(['<html>'.repeat(200), `\u001f\u008b${'x'.repeat(2_000)}`])('is refused if it is no archive: %j', (text) => {
    expect(() => unpackArchive(Buffer.from(text, 'latin1'))).toThrow(/no(t a tar|t whole)/);
  });

  it('may be empty', () => {
    expect(unpackArchive(Buffer.alloc(0))).toEqual([]);
  });
});
