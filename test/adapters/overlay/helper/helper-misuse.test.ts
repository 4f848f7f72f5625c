import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askProgram } from './ask-program.ts';
import { startProgram, writeProgram } from './start-program.ts';

describe('the helper, asked wrongly', () => {
  let folder: string;
  let program: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'devenv-helper-test-'));
    program = writeProgram(folder);
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  /** Failures, and the ends of answers, in order. */
  const answers = (...requests: readonly (readonly string[])[]): readonly string[] =>
    askProgram(program, requests)
      .filter(({ kind }) => kind === '!' || kind === 'e')
      .map(({ kind, text }) => (kind === 'e' ? 'end' : text));

  /** A folder with the files of a control group that is frozen at once. */
  function makeGroup(): string {
    const group = join(folder, 'group');
    mkdirSync(group);
    writeFileSync(join(group, 'cgroup.freeze'), '');
    writeFileSync(join(group, 'cgroup.events'), 'frozen 1\n');
    return group;
  }

  it('goes on to answer after a thaw without a freeze', async () => {
    const { helper, stop } = startProgram();
    await expect(helper.thaw()).rejects.toThrow('cannot thaw the workspace: error 9');
    expect(await helper.now()).toMatch(/^\d+\.\d{9}$/);
    stop();
  });

  it('refuses to freeze a group twice, and thaws it', () => {
    const group = makeGroup();
    const found = answers(['group', group], ['freeze'], ['freeze'], ['group', group], ['thaw'], ['thaw'], ['now']);
    expect(found).toEqual([
      'end',
      'end',
      'cannot freeze the workspace: error 16',
      'end',
      `cannot open ${group}: error 16`,
      'end',
      'end',
      'end',
      'end',
    ]);
    expect(readFileSync(join(group, 'cgroup.freeze'), 'utf8')).toBe('0');
  });

  it('does not wait for the thaw when it is asked whether it flushed', () => {
    const found = answers(['group', makeGroup()], ['freeze'], ['flushed'], ['thaw']);
    expect(found).toEqual(['end', 'end', 'cannot flush the file system: error 10', 'end', 'end']);
  });

  it('refuses a word that is too long, and does nothing with its start', () => {
    writeFileSync(join(folder, 'x'.repeat(254)), '');
    const found = answers(['unlink', folder, 'x'.repeat(300)], ['now'], ['y'.repeat(300)], ['now']);
    const refused = ['word too long', 'end', 'end'];
    expect(found.map((text) => (text.startsWith('word too long') ? 'word too long' : text))).toEqual([
      ...refused,
      ...refused,
    ]);
    expect(existsSync(join(folder, 'x'.repeat(254)))).toBe(true);
  });

  it('removes files of a folder only, not those that a link leads to', () => {
    mkdirSync(join(folder, 'from'));
    mkdirSync(join(folder, 'elsewhere'));
    writeFileSync(join(folder, 'elsewhere/file'), '');
    symlinkSync('../elsewhere', join(folder, 'from/link'));
    for (const name of ['link/file', '../elsewhere/file'])
      expect(answers(['unlink', join(folder, 'from'), name])).toEqual([`cannot remove ${name}: error 22`, 'end']);
    expect(existsSync(join(folder, 'elsewhere/file'))).toBe(true);
  });

  it('does not copy a folder onto a link', () => {
    const [from, to, elsewhere] = ['from', 'to', 'elsewhere'].map((name) => join(folder, name)) as [
      string,
      ...string[],
    ];
    for (const each of [from, to, elsewhere]) mkdirSync(each as string);
    mkdirSync(join(from, 'a'));
    chmodSync(join(from, 'a'), 0o711);
    chmodSync(elsewhere as string, 0o700);
    symlinkSync('../elsewhere', join(to as string, 'a'));
    expect(answers(['copy', from, to as string, '', 'all', 'c', 'a', 'a', ''])).toEqual([
      'cannot copy a: error 17',
      'end',
    ]);
    expect(statSync(elsewhere as string).mode & 0o777).toBe(0o700);
  });

  it.each(['', 'a', 'ab'])('refuses to search for %j, and searches for the other words', (text) => {
    writeFileSync(join(folder, 'one'), 'a token');
    const searched = ['words', 'p', 'token', 'p', text, ''];
    const found = askProgram(program, [searched, ['read', folder, '100', 't', 'one', '']]);
    expect(found.map(({ kind }) => kind).join('')).toBe('!efde');
  });
});
