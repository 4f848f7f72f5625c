import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { describe, expect, it } from 'vitest';
import { DevenvError } from '../../src/errors/devenv-error.ts';
import { parseLock } from '../../src/lock/parse-lock.ts';
import { printLock } from '../../src/lock/print-lock.ts';
import type { Digest, Lock, Version } from '../../src/model/version.ts';

const digest = (letter: string): Digest => `sha256:${letter.repeat(64)}`;

const lock: Lock = {
  name: 'shop-api',
  current: 2,
  shape: digest('a'),
  resolved: { apt: { git: '1:2.39.5-0+deb12u2' }, base: { image: digest('9') } },
  versions: [
    {
      number: 1,
      kind: 'build',
      content: digest('b'),
      author: 'Ann Lee <ann@example.com>',
      date: '2025-06-30T12:00:00Z',
      message: 'first',
      size: 173_000_000,
      layers: 3,
      digest: digest('c'),
      items: { set: { 'apt:git': '', base: 'debian:12' }, unset: [] },
    },
    {
      number: 2,
      kind: 'commit',
      parent: 1,
      from: 1,
      content: digest('d'),
      author: 'Bob',
      date: '2025-07-01T08:00:00Z',
      message: 'add jq: it was missing # really',
      size: 174_000_000,
      layers: 4,
      items: { set: { 'apt:jq': '1.6' }, unset: ['apt:git'] },
    },
  ],
};

const text = `# Written by devenv: do not edit it by hand. Commit it, so that the whole team runs the same version.
lock: 1
name: shop-api
current: 2
shape: ${digest('a')}
resolved:
  apt:
    git: "1:2.39.5-0+deb12u2"
  base:
    image: ${digest('9')}
versions:
  - number: 1
    kind: build
    author: "Ann Lee <ann@example.com>"
    date: "2025-06-30T12:00:00Z"
    message: first
    items:
      set:
        apt:git: ""
        base: debian:12
      unset: []
    digest: ${digest('c')}
    content: ${digest('b')}
    size: 173000000
    layers: 3
  - number: 2
    kind: commit
    parent: 1
    from: 1
    author: Bob
    date: "2025-07-01T08:00:00Z"
    message: "add jq: it was missing # really"
    items:
      set:
        apt:jq: "1.6"
      unset:
        - apt:git
    content: ${digest('d')}
    size: 174000000
    layers: 4
`;

const refuse = (broken: string): DevenvError => {
  try {
    parseLock(broken, 'devenv-lock.yaml');
  } catch (error) {
    if (error instanceof DevenvError) return error;
    throw error;
  }
  throw new Error('it was accepted');
};

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    '',
    'true',
    'null',
    '~',
    '1',
    '1e3',
    '- a',
    'a: b',
    'a #b',
    '"',
    "'",
    '\r\n',
    '\t',
    '\u2028',
    '\ud800',
    '{}',
  ),
);
const anyDigest = fc.stringMatching(/^[0-9a-f]{64}$/).map((hex): Digest => `sha256:${hex}`);
const texts = fc.dictionary(anyText, anyText, { maxKeys: 4, noNullPrototype: true });
const anyResolved = fc.dictionary(anyText, texts, { maxKeys: 4, noNullPrototype: true });
const anyAllowance = fc.record({ path: anyText, reason: anyText, content: anyDigest });
const anyAllowed = fc
  .uniqueArray(anyAllowance, { minLength: 1, maxLength: 2, selector: ({ path }) => path })
  .map((allowed) => allowed.sort((a, b) => (a.path < b.path ? -1 : 1)));
const anyPin = fc.oneof(
  fc.record({ image: anyText, digest: anyDigest }),
  fc.record(
    { build: anyDigest, resolved: anyResolved, allowed: anyAllowed },
    { requiredKeys: ['build', 'resolved'], noNullPrototype: true },
  ),
);
const anySeed = fc
  .record({
    digest: anyDigest,
    volumes: fc.uniqueArray(anyText, { minLength: 1, maxLength: 3 }).map((names) => names.sort()),
    author: anyText,
    allowed: fc.uniqueArray(anyAllowance, { maxLength: 2, selector: ({ path }) => path }),
  })
  .map(({ allowed, ...rest }) => ({
    ...rest,
    date: '2025-06-30T12:00:00Z',
    ...(allowed.length > 0 && { allowed: allowed.sort((a, b) => (a.path < b.path ? -1 : 1)) }),
  }));
const anyLock: fc.Arbitrary<Lock> = fc
  .record({
    name: fc.stringMatching(/^[a-z0-9]{1,20}$/),
    shape: anyDigest,
    resolved: anyResolved,
    services: fc.dictionary(anyText, anyPin, { maxKeys: 3, noNullPrototype: true }),
    seed: fc.option(anySeed, { nil: undefined }),
    versions: fc.array(
      fc.record(
        {
          kind: fc.constantFrom('build', 'commit', 'rollback'),
          content: anyDigest,
          author: anyText,
          message: anyText,
          size: fc.nat(),
          layers: fc.nat(),
          digest: anyDigest,
          items: fc.record({ set: texts, unset: fc.array(anyText, { maxLength: 3 }) }),
        },
        { requiredKeys: ['kind', 'content', 'author', 'message', 'size', 'layers', 'items'] },
      ),
      { minLength: 1, maxLength: 5 },
    ),
  })
  .map(({ versions, services, seed, ...rest }) => ({
    ...rest,
    ...(seed !== undefined && { seed }),
    ...(Object.keys(services).length > 0 && { services }),
    current: versions.length,
    versions: versions.map((version, index): Version => {
      const number = index + 1;
      const date = '2025-06-30T12:00:00Z';
      return { ...version, number, date, ...(index > 0 && { parent: index, from: 1 }) };
    }),
  }));

describe('printLock', () => {
  it('has one order and one entry per line', () => {
    expect(printLock(lock)).toBe(text);
    const shuffled = { ...lock, versions: [...lock.versions].reverse(), resolved: { ...lock.resolved } };
    expect(printLock(shuffled)).toBe(text);
  });

  it('reads back as it was, by us and by any YAML reader', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(anyLock, (any) => {
        const printed = printLock(any);
        expect(parseLock(printed, 'f')).toEqual(any);
        expect(printLock(parseLock(printed, 'f'))).toBe(printed);
        const { lock: format, ...rest } = parse(printed) as Lock & { lock: number };
        expect(format).toBe(1);
        expect(rest).toEqual(any);
      }),
      { numRuns: 200 },
    );
  });
});

describe('parseLock', () => {
  it.each([
    ['as it is written', text],
    ['with the line ends of Windows', text.replaceAll('\n', '\r\n')],
    ['with a byte order mark', `\ufeff${text}`],
    ['with comments and empty lines', text.replaceAll('\n    kind', ' # c\n\n# d\n    kind')],
    ['as a formatter leaves it', stringify(parse(text), { indentSeq: false, singleQuote: true, lineWidth: 0 })],
    ['with a document mark', `---\n${text}`],
    ['with versions in another order', printLock(lock)],
  ])('reads it %s', (_name, written) => {
    expect(parseLock(written, 'f')).toEqual(lock);
  });

  it.each([
    ['nothing', '\n', 1, 'empty'],
    ['no number', text.replace('current: 2', 'current: two'), 4, 'current: expected integer'],
    ['a missing key', text.replace('current: 2\n', ''), 1, '"current" is missing'],
    ['an unknown key', `${text}extra: 1\n`, 1, '"extra" is not a key'],
    ['a bad digest', text.replace(digest('d'), 'sha256:zz'), 38, 'expected "sha256:" and 64 hex digits'],
    ['a key twice', text.replace('current: 2', 'current: 2\ncurrent: 3'), 5, '"current" is there twice'],
    ['a version twice', text.replace('number: 2', 'number: 1'), 26, 'version 1 is there twice'],
    [
      'a parent that is not there',
      text.replace('number: 2', 'number: 3').replace('parent: 1', 'parent: 2'),
      28,
      'version 2 does not exist',
    ],
    ['a parent that is younger', text.replace('parent: 1', 'parent: 2'), 28, 'no older'],
    ['a current version that is not there', text.replace('current: 2', 'current: 9'), 4, 'version 9 does not exist'],
    ['no end of its last line', text.slice(0, -1), 40, 'cut off'],
    ['a tab', text.replace('  apt:\n', '\tapt:\n'), 7, 'only spaces'],
    ['an open quote', text.replace('first', '"first'), 16, 'not closed'],
    ['an anchor', text.replace('first', '&a first'), 16, 'never writes'],
    ['a crooked line', text.replace('    kind: commit', '   kind: commit'), 27, 'indented more'],
  ])('refuses %s with its line', (_name, broken, line, message) => {
    const error = refuse(broken);
    expect(error).toMatchObject({ code: 'LOCK_INVALID', exitCode: 3, at: `devenv-lock.yaml:${line}` });
    expect(error.message).toContain(message);
  });

  it('refuses a lock that was cut off anywhere', { timeout: 60_000 }, () => {
    const body = text.indexOf('lock: 1');
    for (let length = body; length < text.length - 1; length += 1) {
      expect(refuse(text.slice(0, length)).exitCode, `cut at ${length}`).toBe(3);
    }
  });

  it('knows the marks of a merge', () => {
    const merged = text.replace('current: 2\n', '<<<<<<< HEAD\ncurrent: 2\n=======\ncurrent: 3\n>>>>>>> other\n');
    expect(refuse(merged)).toMatchObject({ code: 'LOCK_CONFLICT', exitCode: 3, at: 'devenv-lock.yaml:4' });
    expect(refuse(merged.replaceAll('\n', '\r\n'))).toMatchObject({ code: 'LOCK_CONFLICT' });
  });

  it('knows a lock of the future, whatever else is in it', () => {
    expect(refuse('lock: 2\nnew: {a: [b')).toMatchObject({ code: 'LOCK_NEWER', exitCode: 3 });
  });

  it('never crashes', { timeout: 60_000 }, () => {
    const part = fc.constantFrom(
      ...text.split('\n'),
      '- ',
      '  ',
      'a: ',
      '"',
      "'",
      '#',
      '{}',
      '[]',
      '\n',
      '\r',
      '\t',
      ': ',
    );
    const mutated = fc.tuple(fc.nat(text.length), fc.nat(20), anyText).map(([at, length, insert]) => {
      return text.slice(0, at) + insert + text.slice(at + length);
    });
    fc.assert(
      fc.property(
        fc.oneof(
          mutated,
          fc.array(part).map((parts) => parts.join('\n')),
          anyText,
        ),
        (broken) => {
          try {
            parseLock(broken, 'f');
          } catch (error) {
            expect(error, String(error)).toBeInstanceOf(DevenvError);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('reads 300 versions in a moment, and ten times as many in ten', { timeout: 60_000 }, () => {
    const [first] = lock.versions;
    if (first === undefined) throw new Error('no version');
    const printMany = (count: number): string =>
      printLock({ ...lock, versions: Array.from({ length: count }, (_, index) => ({ ...first, number: index + 1 })) });
    const measure = (many: string): number => {
      const times = [1, 2, 3, 4].map(() => {
        const before = process.cpuUsage();
        parseLock(many, 'f');
        const { user, system } = process.cpuUsage(before);
        return (user + system) / 1000;
      });
      return Math.min(...times);
    };
    const few = measure(printMany(300));
    expect(few).toBeLessThan(100);
    expect(measure(printMany(3000))).toBeLessThan(Math.max(few, 5) * 40);
  });

  it('refuses what is too large or too deep at once', () => {
    expect(refuse(`# ${'x'.repeat(5 * 1024 * 1024)}`).message).toContain('larger than 4 MB');
    expect(refuse(`${'- '.repeat(100_000)}\n`).message).toContain('nested deeper');
    expect(
      refuse('a:\n'.repeat(1).concat(Array.from({ length: 1000 }, (_, i) => `${' '.repeat(i + 1)}a:\n`).join('')))
        .message,
    ).toContain('nested deeper');
  });
});
