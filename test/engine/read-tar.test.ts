import { execFileSync } from 'node:child_process';
import { linkSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readTar } from '../../src/engine/read-tar.ts';
import { writeDeletions } from '../../src/engine/write-deletions.ts';

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(bytes: Buffer, size: number): Promise<string[]> {
  const seen: string[] = [];
  for await (const member of readTar(inPieces(bytes, size))) {
    const parts: Uint8Array[] = [];
    for await (const part of member.content) parts.push(part);
    seen.push(
      [
        member.type,
        member.name.toString('latin1'),
        member.link.toString('latin1'),
        Buffer.concat(parts).toString(),
      ].join(' '),
    );
  }
  return seen;
}

it('reads what tar writes, however it comes in pieces', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'read-tar-'));
  try {
    const long = 'n'.repeat(200);
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/odd`), Buffer.from([0xff, 0x0a, 0x20])]), 'odd');
    writeFileSync(join(folder, long), 'long');
    linkSync(join(folder, long), join(folder, 'z-link'));
    symlinkSync('/a b', join(folder, 'sym'));
    const bytes = execFileSync('tar', ['-C', folder, '--sort=name', '--format=posix', '-cf', '-', '.'], {
      env: { ...process.env, LC_ALL: 'C' },
    });
    const whole = ['5 .  ', `0 ./${long}  long`, '0 ./odd\xff\n   odd', '2 ./sym /a b ', `1 ./z-link ./${long} `];
    for (const size of [1, 7, 511, 512, 513, 100_000]) expect(await read(bytes, size)).toEqual(whole);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('reads back every deletion that is written, of any bytes and length', async () => {
  const name = fc
    .uint8Array({ minLength: 1, maxLength: 255 })
    .map((bytes) => Buffer.from(bytes).toString('latin1').replaceAll(/[\0/]/g, 'x'));
  const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'));
  await fc.assert(
    fc.asyncProperty(fc.array(path, { maxLength: 5 }), async (paths) => {
      const tar = Buffer.concat([...writeDeletions(paths)]);
      const expected = paths.map((each) => {
        const [folder, last] = [each.slice(0, each.lastIndexOf('/') + 1), each.slice(each.lastIndexOf('/') + 1)];
        return last.length > 251 ? `3 ${each}  ` : `0 ${folder}.wh.${last}  `;
      });
      expect(await read(tar, 1000)).toEqual(expected);
    }),
    { numRuns: 50 },
  );
});

it('refuses what is damaged or cut off', async () => {
  const tar = Buffer.concat([...writeDeletions(['gone'])]);
  await expect(read(tar.subarray(0, 300), 100)).rejects.toThrow('ended early');
  await expect(read(tar.subarray(0, 512), 100)).rejects.toThrow('has no end');
  const damaged = Buffer.from(tar);
  damaged[3] = 0;
  await expect(read(damaged, 100)).rejects.toThrow('damaged');
});
