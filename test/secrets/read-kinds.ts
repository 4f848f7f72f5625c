import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Kind {
  readonly name: string;
  readonly path: string;
  readonly text: string;
}

const digits = '0123456789';
const small = `abcdefghijklmnopqrstuvwxyz${digits}`;
const mixed = `ABCDEFGHIJKLMNOPQRSTUVWXYZ${small}`;
const alphabets: Readonly<Record<string, string>> = {
  ...{ digits, small, mixed, url64: `${mixed}-_`, hex: '0123456789abcdef', HEX: '0123456789ABCDEF' },
  ...{ capitals: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', special: `${small}!@#^&*(-_=+)` },
};

/**
 * Reads a set of kinds of secrets, one a line: name, path, text. `{{mixed 32}}`
 * in a text is made here, always the same, so that no token stands in the file.
 */
export function readKinds(set: string): readonly Kind[] {
  const lines = readFileSync(join(import.meta.dirname, 'kinds', `${set}.tsv`), 'utf8')
    .trimEnd()
    .split('\n');
  return lines.map((line) => {
    const [name = '', path = '', text = ''] = line.split('\t');
    let count = 0;
    const filled = unescape(text).replaceAll(/\{\{(\w+)(?: (\d+))?\}\}/g, (_, kind: string, length = '0') =>
      make(kind, Number(length), `${line}:${String((count += 1))}`),
    );
    return { name, path, text: filled };
  });
}

const characters: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

const unescape = (text: string): string =>
  text.replaceAll(
    /\\(.)/g,
    (_, one: string) => characters[one] ?? (/\d/.test(one) ? String.fromCharCode(Number(one)) : one),
  );

function make(kind: string, length: number, seed: string): string {
  if (kind === 'base64') return Buffer.from(hash(seed, length)).toString('base64');
  if (kind === 'uuid') return make('hex', 32, seed).replace(/(.{8})(.{4}).(.{3}).(.{3})(.{12})/, '$1-$2-4$3-a$4-$5');
  if (kind === 'jwt') return `eyJhbGciOiJIUzI1NiJ9.eyJ${make('mixed', 60, seed)}.${make('url64', 43, `${seed}.`)}`;
  const alphabet = alphabets[kind] ?? '';
  return [...hash(seed, length)].map((byte) => alphabet[byte % alphabet.length] ?? '').join('');
}

function hash(seed: string, length: number): Uint8Array {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, block) =>
    createHash('sha256')
      .update(`${seed}:${String(block)}`)
      .digest(),
  );
  return Buffer.concat(blocks).subarray(0, length);
}
