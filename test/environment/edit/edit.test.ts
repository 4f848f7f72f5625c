import fc from 'fast-check';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { editConfig } from '../../../src/environment/edit/edit.ts';
import type { Edit } from '../../../src/environment/edit/apply-edit.ts';
import { DevenvError } from '../../../src/errors/devenv-error.ts';

const apt = ['packages', 'apt'];
const add = (value: string, path: Edit['path'] = apt): Edit => ({ kind: 'add', path, value });
const set = (path: Edit['path'], value: string): Edit => ({ kind: 'set', path, value });
const remove = (value: string, path: Edit['path'] = apt): Edit => ({ kind: 'remove', path, value });

const cases: readonly (readonly [name: string, text: string, edit: Edit, edited: string])[] = [
  [
    'adds below the last line of a block list',
    'packages:\n  # tools\n  apt:\n    - git # vcs\n    # end\nuser: dev\n',
    add('jq'),
    'packages:\n  # tools\n  apt:\n    - git # vcs\n    - jq\n    # end\nuser: dev\n',
  ],
  [
    'adds to a list that is not indented, at the end of a text without a line end',
    'packages:\n  apt:\n  - git',
    add('jq'),
    'packages:\n  apt:\n  - git\n  - jq',
  ],
  [
    'adds on the line of a flow list',
    'packages: {apt: [git, rg]} # c\n',
    add('jq=1.6'),
    'packages: {apt: [git, rg, jq=1.6]} # c\n',
  ],
  ['adds to an empty list', 'packages:\n  apt: []\n', add('jq'), 'packages:\n  apt: [jq]\n'],
  ['adds to a key with nothing', 'packages:\n  apt: # none\n', add('jq'), 'packages:\n  apt: [jq] # none\n'],
  ['adds to a map with nothing', 'packages:\nuser: dev\n', add('jq'), 'packages: {apt: [jq]}\nuser: dev\n'],
  ['adds what is missing to a block', 'user: dev\n', add('jq'), 'user: dev\npackages:\n  apt: [jq]\n'],
  ['adds what is missing to a flow map', 'packages: {npm: [a]}\n', add('jq'), 'packages: {npm: [a], apt: [jq]}\n'],
  [
    'adds a line to a list with one entry per line',
    'packages:\n  apt: [\n    git, # a\n    rg # b\n  ]\n',
    add('jq'),
    'packages:\n  apt: [\n    git, # a\n    rg, # b\n    jq\n  ]\n',
  ],
  [
    'keeps the habit of a comma behind the last entry',
    'packages:\n  apt: [\n    git,\n  ]\n',
    add('jq'),
    'packages:\n  apt: [\n    git,\n    jq,\n  ]\n',
  ],
  [
    'quotes as the entry before it does',
    "packages:\n  apt:\n    - 'git'\n",
    add('jq'),
    "packages:\n  apt:\n    - 'git'\n    - 'jq'\n",
  ],
  [
    'quotes what would not be text',
    'packages: {npm: [a]}\n',
    add('@a/b', ['packages', 'npm']),
    'packages: {npm: [a, "@a/b"]}\n',
  ],
  [
    'keeps the line ends of Windows',
    'packages:\r\n  apt:\r\n    - git\r\nuser: dev\r\n',
    add('jq'),
    'packages:\r\n  apt:\r\n    - git\r\n    - jq\r\nuser: dev\r\n',
  ],
  ['does not add what is there', 'packages: {apt: [ git ]}\n', add('git'), 'packages: {apt: [ git ]}\n'],
  [
    'adds behind a block scalar',
    'run:\n  - |\n    a\n    b\nuser: dev\n',
    add('c', ['run']),
    'run:\n  - |\n    a\n    b\n  - c\nuser: dev\n',
  ],
  ['sets a number as a number', 'tools: {node: 22} # c\n', set(['tools', 'node'], '24'), 'tools: {node: 24} # c\n'],
  ['sets text in its quotes', 'tools:\n  node: "22"\n', set(['tools', 'node'], '24'), 'tools:\n  node: "24"\n'],
  ['sets what is missing', 'user: dev\n', set(['tools', 'node'], '24'), 'user: dev\ntools:\n  node: "24"\n'],
  [
    'sets an entry of a list',
    'packages: {npm: [pnpm@10]}\n',
    set(['packages', 'npm', 0], 'pnpm@11'),
    'packages: {npm: [pnpm@11]}\n',
  ],
  ['sets behind a byte order mark', '\ufeffuser: dev\n', set(['user'], 'me'), '\ufeffuser: me\n'],
  [
    'removes a line of a block list',
    'packages:\n  apt:\n    - git # x\n    - jq\n',
    remove('git'),
    'packages:\n  apt:\n    - jq\n',
  ],
  [
    'removes the last line of a block list',
    'packages:\n  apt:\n    - git # x\n',
    remove('git'),
    'packages:\n  apt: []\n',
  ],
  [
    'removes the first of a flow list',
    'packages: {apt: [git, jq, rg]}\n',
    remove('git'),
    'packages: {apt: [jq, rg]}\n',
  ],
  [
    'removes the middle of a flow list',
    'packages: {apt: [git, jq, rg]}\n',
    remove('jq'),
    'packages: {apt: [git, rg]}\n',
  ],
  ['removes the last of a flow list', 'packages: {apt: [git, jq, rg]}\n', remove('rg'), 'packages: {apt: [git, jq]}\n'],
  ['removes the only one of a flow list', 'packages: {apt: [git]}\n', remove('git'), 'packages: {apt: []}\n'],
  ['removes nothing that is not there', 'packages: {apt: [git]}\n', remove('jq'), 'packages: {apt: [git]}\n'],
  [
    'removes a key',
    'tools:\n  node: 22 # c\nuser: dev\n',
    { kind: 'remove', path: ['user'] },
    'tools:\n  node: 22 # c\n',
  ],
  [
    'removes the only key of a map',
    'tools:\n  node: 22 # c\n',
    { kind: 'remove', path: ['tools', 'node'] },
    'tools: {}\n',
  ],
];

describe('editConfig', () => {
  it.each(cases)('%s', (_name, text, edit, edited) => {
    expect(editConfig(text, [edit])).toBe(edited);
  });

  it.each([
    ['an alias', 'x-a: &a [git]\npackages: {apt: *a}\n'],
    ['text where a list should be', 'packages: {apt: git}\n'],
    ['a text that is not YAML', 'packages: {apt: [\n'],
  ])('refuses %s and says so', (_name, text) => {
    expect(() => editConfig(text, [add('jq')])).toThrow(DevenvError);
  });

  it('sets no collection over a collection', () => {
    expect(() => editConfig('base: {bootstrap: bookworm}\n', [set(['base'], 'debian')])).toThrow(DevenvError);
  });

  it('changes its own lines only, and reads as meant', { timeout: 60_000 }, () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9+.-]{0,8}$/);
    const comment = fc.constantFrom('', ' # why', '  # a: [b]');
    const list = fc.uniqueArray(name, { minLength: 1, maxLength: 6 });
    const style = fc.constantFrom('block', 'flow', 'lines');
    const eol = fc.constantFrom('\n', '\r\n');
    const written = fc
      .record({
        list,
        style,
        comment,
        indent: fc.constantFrom('  ', '    '),
        eol,
        quote: fc.constantFrom('', '"', "'"),
      })
      .map(({ list: items, style: form, comment: note, indent, eol: end, quote }) => {
        const quoted = items.map((item) => quote + item + quote);
        const rows =
          form === 'block'
            ? [`${indent}apt:${note}`, ...quoted.map((item) => `${indent}  - ${item}${note}`)]
            : form === 'flow'
              ? [`${indent}apt: [${quoted.join(', ')}]${note}`]
              : [`${indent}apt: [${note}`, ...quoted.map((item) => `${indent}  ${item},${note}`), `${indent}]${note}`];
        const around = { before: ['# first', 'version:   1', 'packages:'], after: ['', '# last', "user:  'dev'", ''] };
        return { items, text: [...around.before, ...rows, ...around.after].join(end) };
      });
    fc.assert(
      fc.property(written, name, fc.nat(), ({ items, text }, extra, pick) => {
        const victim = items[pick % items.length] ?? '';
        const added = editConfig(text, [add(extra)]);
        const removed = editConfig(text, [remove(victim)]);
        const read = (yaml: string): unknown => (parse(yaml) as { packages: { apt: unknown } }).packages.apt;
        expect(read(added)).toEqual(items.includes(extra) ? items : [...items, extra]);
        expect(read(removed)).toEqual(items.filter((item) => item !== victim));
        for (const edited of [added, removed]) {
          expect(countChangedLines(text, edited)).toBeLessThanOrEqual(2);
          expect(edited.startsWith(text.slice(0, text.indexOf('packages:')))).toBe(true);
          expect(edited.endsWith(text.slice(text.indexOf('# last')))).toBe(true);
        }
        if (!items.includes(extra)) expect(read(editConfig(added, [remove(extra)]))).toEqual(items);
      }),
      { numRuns: 150 },
    );
  });
});

/** Lines of either text that are not, in order, lines of the other; the larger count of the two. */
function countChangedLines(a: string, b: string): number {
  const left = a.split('\n');
  const right = b.split('\n');
  let start = 0;
  while (start < Math.min(left.length, right.length) && left[start] === right[start]) start += 1;
  let end = 0;
  while (end < Math.min(left.length, right.length) - start && left.at(-1 - end) === right.at(-1 - end)) end += 1;
  return Math.max(left.length, right.length) - start - end;
}
