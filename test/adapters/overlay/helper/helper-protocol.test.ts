import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { printProtocolHeader } from '../../../../scripts/print-protocol-header.ts';
import { helperProtocol } from '../../../../src/adapters/overlay/helper/helper-protocol.ts';
import { readRow } from '../../../../src/adapters/overlay/helper/row.ts';
import { StorageHelper } from '../../../../src/adapters/overlay/helper/storage-helper.ts';
import { askProgram, type Answered } from './ask-program.ts';
import { writeProgram } from './start-program.ts';

interface Declared {
  readonly words: readonly string[];
  readonly list: readonly string[];
  readonly answer: readonly string[];
}

const requests: Readonly<Record<string, Declared>> = helperProtocol.requests;
const words: Readonly<Record<string, { readonly room: number; readonly values?: readonly string[] }>> =
  helperProtocol.words;

it('native/protocol.h is made from the table', () => {
  const text = readFileSync(resolve(import.meta.dirname, '../../../../native/protocol.h'), 'utf8');
  expect(text, 'run `npm run helper`').toBe(printProtocolHeader());
});

describe('the client', () => {
  /** A helper that answers nothing, and its requests as the table reads them. */
  function record(): { readonly helper: StorageHelper; readonly sent: () => readonly unknown[] } {
    const [input, output] = [new PassThrough(), new PassThrough()];
    let bytes = '';
    input.on('data', (chunk: Buffer) => (bytes += chunk.toString('latin1')));
    const helper = new StorageHelper({ input, output, close: () => undefined, remove: async () => undefined });
    for (let count = 0; count < 20; count += 1) output.write(Buffer.from('e\0\0\0\0'));
    return { helper, sent: () => parseRequests(bytes) };
  }

  /** Reads requests by the table, and checks that each word is one of its kind. */
  function parseRequests(bytes: string): readonly unknown[] {
    const left = bytes.split('\0');
    expect(left.pop(), 'the last word is complete').toBe('');
    const take = (kinds: readonly string[]): readonly string[] =>
      kinds.map((kind) => {
        const word = left.shift() ?? '';
        const { room = 0, values } = words[kind] ?? {};
        expect(word.length).toBeLessThan(room);
        if (values !== undefined) expect(values).toContain(word);
        return word;
      });
    const found: unknown[] = [];
    while (left.length > 0) {
      const name = left.shift() ?? '';
      const declared = requests[name];
      if (declared === undefined) throw new Error(`${name} is no request`);
      const own = take(declared.words);
      const items: (readonly string[])[] = [];
      if (declared.list.length > 0) {
        while (left[0] !== '') items.push(take(declared.list));
        left.shift();
      }
      found.push([name, own, ...(declared.list.length > 0 ? [items] : [])]);
    }
    return found;
  }

  async function collect(rows: AsyncIterable<unknown>): Promise<void> {
    for await (const row of rows) void row;
  }

  it('sends each request as the table declares it', async () => {
    const { helper, sent } = record();
    await helper.enter('/storage', 'l/A:l/B', '/storage/upper', 'seen');
    await helper.freeze();
    await helper.thaw();
    await helper.now();
    await collect(helper.listTree('/upper', '12.000000000'));
    await collect(helper.compareTree('/upper', undefined, true));
    await collect(helper.stackLayers(['/one', '/two']));
    await helper.weighLayers(['/one']);
    await collect(helper.listChildren(['.', 'etc']));
    const searched = [{ text: 'token', anyCase: true, loose: true, inBinaries: true }];
    const wanted = (['all', 'word', 'strict'] as const).map((mode) => ({ path: mode, mode }));
    await collect(helper.readFiles('/upper', { words: searched, limit: 100 }, wanted));
    const copied = (['copied', 'timed', 'leading', 'hidden'] as const).map((how) => ({ path: how, how }));
    await helper.copy('/upper', '/carrier', copied, { latest: 12, attributes: 'all' });
    await helper.unlink('/carrier', 'mark');
    await helper.beginFlush('/upper');
    await helper.endFlush();
    expect(sent()).toEqual([
      ['enter', ['/storage', 'l/A:l/B', '/storage/upper', 'seen']],
      ['freeze', []],
      ['thaw', []],
      ['now', []],
      ['list', ['/upper', '12.000000000']],
      ['compare', ['/upper', '', 'all']],
      ['stack', [], [['/one'], ['/two']]],
      ['weigh', [], [['/one']]],
      ['children', [], [['.'], ['etc']]],
      ['words', [], [['pilb', 'token']]],
      [
        'read',
        ['/upper', '100'],
        [
          ['a', 'all'],
          ['t', 'word'],
          ['s', 'strict'],
        ],
      ],
      [
        'copy',
        ['/upper', '/carrier', '12', 'all'],
        [
          ['c', 'copied', 'copied'],
          ['t', 'timed', 'timed'],
          ['l', 'leading', 'leading'],
          ['h', 'hidden', 'hidden'],
        ],
      ],
      ['unlink', ['/carrier', 'mark']],
      ['flush', ['/upper']],
      ['flushed', []],
    ]);
  });

  it('reads each field of a row from its place in the table', () => {
    const row = {
      path: 'a/b',
      type: 'f',
      owner: '1:2:644',
      size: '70000',
      blocks: '3',
      modified: '-5',
      changed: '1700000000.0000000010',
      target: 'elsewhere',
      marks: 'rntdc',
      attributes: 'user.one,user.two',
      inode: '99',
    } satisfies Record<keyof typeof helperProtocol.frames.r.fields, string>;
    const text = Object.keys(helperProtocol.frames.r.fields)
      .map((field) => `${row[field as keyof typeof row]}\0`)
      .join('');
    expect(readRow(text)).toEqual({
      path: 'a/b',
      type: 'f',
      modified: -5,
      size: 70000,
      allocated: 1536,
      fine: true,
      ctime: '1700000000.0000000010',
      target: 'elsewhere',
      opaque: false,
      partial: true,
      attributes: ['user.one', 'user.two'],
      twin: { same: false, folder: true, differs: true },
      inode: 99,
    });
  });
});

describe('the program', () => {
  let folder: string;
  let program: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'devenv-helper-test-'));
    program = writeProgram(folder);
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  const ask = (...sent: readonly (readonly string[])[]): readonly Answered[] => askProgram(program, sent);

  /** A request with words that lead nowhere, and two items if it has a list. */
  function askInVain(name: string): readonly string[] {
    const { words = [], list = [] } = requests[name] ?? {};
    const nowhere = (kind: string): string => helperWord(kind) ?? join(folder, 'nowhere');
    const items = list.length === 0 ? [] : [...list.map(nowhere), ...list.map(nowhere), ''];
    return [name, ...words.map(nowhere), ...items];
  }

  const helperWord = (kind: string): string | undefined =>
    words[kind]?.values?.at(-1) ?? { since: '1.000000000', limit: '10', latest: '10', flags: 'p', name: 'x' }[kind];

  it.each(Object.keys(requests))('takes the words that %s has, and sends its frames only', (name) => {
    const kinds = ask(askInVain(name), ['now']).map(({ kind }) => kind);
    const end = kinds.indexOf('e');
    expect(kinds.slice(end + 1), 'the next request begins at its first word').toEqual(['t', 'e']);
    for (const kind of kinds.slice(0, end)) expect([...(requests[name]?.answer ?? []), '!']).toContain(kind);
  });

  it('sends rows whose fields match the table', () => {
    const [top, name] = [mkdtempSync(join(folder, 'rows-')), 'caf\xe9\n'];
    mkdirSync(join(top, 'in'));
    writeFileSync(join(top, 'in', name), 'text');
    symlinkSync('nowhere', join(top, 'link'));
    utimesSync(join(top, 'in'), -5, -5);
    execFileSync('mkfifo', [join(top, 'fifo')]);
    const frames = [
      ...ask(['list', top, '']),
      ...ask(['compare', top, '', 'all']),
      ...ask(['stack', top, '']),
      ...ask(['children', top, '']),
    ];
    const rows = frames.filter(({ kind }) => kind === 'r' || kind === 'p');
    expect(rows.filter(({ kind }) => kind === 'r').length).toBeGreaterThan(12);
    for (const { kind, text } of rows) {
      const { fields } = helperProtocol.frames[kind as 'r' | 'p'];
      const values = text.split('\0');
      expect(values.pop()).toBe('');
      expect(values).toHaveLength(Object.keys(fields).length);
      for (const [index, [field, pattern]] of Object.entries(fields).entries())
        expect(values[index], field).toMatch(new RegExp(`^${pattern}$`));
    }
    for (const { text } of frames.filter(({ kind }) => kind === 't')) expect(text).toMatch(/^\d+\.\d{9}$/);
  });
});
