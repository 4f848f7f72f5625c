import { expect, it } from 'vitest';
import { splitWords } from '../../src/environment/split-words.ts';

it.each([
  ['redis-server --save 60', ['redis-server', '--save', '60']],
  ['  a\tb\n c ', ['a', 'b', 'c']],
  [`sh -c 'echo "$HOME"; exit'`, ['sh', '-c', 'echo "$HOME"; exit']],
  ['a"b c"d', ['ab cd']],
  [String.raw`"say \"hi\" \n" \$x a\ b`, [String.raw`say "hi" \n`, '$x', 'a b']],
  [`'' ""`, ['', '']],
  ['', []],
])('splits %j as a shell does', (line, words) => {
  expect(splitWords(line)).toEqual(words);
});
