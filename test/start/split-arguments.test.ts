import { describe, expect, it } from 'vitest';
import { splitArguments } from '../../src/start/split-arguments.ts';

const valued = new Set(['--name', '-C']);

describe('splitArguments', () => {
  it.each([
    ['up --json', '', 'up --json'],
    ['-C dir up', '-C dir', 'up'],
    ['--name=x ls -l', '--name=x', 'ls -l'],
    ['--root -- ls -- x', '--root', 'ls -- x'],
    ['--name -- ls', '--name --', 'ls'],
    ['- x', '', '- x'],
    ['-C', '-C', ''],
    ['', '', ''],
  ])('%j: %j and %j', (line, flags, rest) => {
    const words = (text: string): string[] => (text === '' ? [] : text.split(' '));
    expect(splitArguments(words(line), valued)).toEqual({ flags: words(flags), rest: words(rest) });
  });
});
