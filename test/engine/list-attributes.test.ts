import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseAttributes } from '../../src/engine/list-attributes.ts';

async function* inPieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  for (let at = 0; at < text.length; at += size) yield Buffer.from(text.slice(at, at + size), 'latin1');
}

const listing = String.raw`drwxr-xr-x* 0/0               0 2026-11-22 08:22 ./a folder/
  x: 44 system.posix_acl_default
  x: 1 user.x y
--
-rw-r--r--  0/0               0 2026-11-22 08:22 ./none
crw-r--r--* 0/0             1,3 2026-11-22 08:22 ./odd\377\nname\\ ./x
  x:  8 user.a
`;

it('reads which entries have attributes, in pieces of any size', async () => {
  for (const size of [1, 10, 1000]) {
    expect(await parseAttributes(inPieces(listing, size))).toEqual(
      new Map([
        ['a folder', ['system.posix_acl_default', 'user.x y']],
        ['odd\xff\nname\\ ./x', ['user.a']],
      ]),
    );
  }
});

it('gets names back as tar quotes them', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'attributes-'));
  try {
    const odd = Buffer.from('\xff\n\t\\ "\x1b\x07 -> x', 'latin1');
    mkdirSync(Buffer.concat([Buffer.from(`${folder}/d`), odd]));
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/f`), odd]), '');
    const args = [
      '-C',
      folder,
      '--create',
      '--numeric-owner',
      '-vvv',
      '--quoting-style=escape',
      '--file=/dev/null',
      '.',
    ];
    const lines = execFileSync('tar', args, { encoding: 'latin1', env: { ...process.env, LC_ALL: 'C' } });
    const marked = lines.replaceAll('\n', '\n  x: 1 user.a\n');
    const found = await parseAttributes(inPieces(marked, 100));
    const name = odd.toString('latin1');
    expect([...found.keys()].sort()).toEqual(['', `d${name}`, `f${name}`]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
