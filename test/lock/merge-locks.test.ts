import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findGraphProblem, parseLock } from '../../src/lock/parse-lock.ts';
import { mergeLocks } from '../../src/lock/merge-locks.ts';
import { printLock } from '../../src/lock/print-lock.ts';
import { splitConflict } from '../../src/versions/resolve.ts';
import type { Digest, Lock, Version } from '../../src/model/version.ts';

const version = (number: number, author: string, rest: Partial<Version> = {}): Version => ({
  number,
  kind: 'commit',
  ...(number > 1 && { parent: number - 1, from: number - 1 }),
  content: `sha256:${(author.charCodeAt(0) * 1000 + number).toString(16).padStart(64, '0')}`,
  author,
  date: '2025-06-30T12:00:00Z',
  message: `${author} ${String(number)}`,
  size: 1,
  layers: 1,
  items: { set: { [`apt:${author}${String(number)}`]: '*' }, unset: [] },
  ...rest,
});
const lockOf = (versions: readonly Version[], shape = 'a'): Lock => ({
  name: 'shop',
  current: versions.length,
  shape: `sha256:${shape.repeat(64)}`,
  resolved: {},
  versions,
});
const pushed: { digest: Digest } = { digest: `sha256:${'9'.repeat(64)}` };

describe('mergeLocks', () => {
  const common = [version(1, 'x', pushed), version(2, 'x')];
  const ann = lockOf([...common, version(3, 'ann', pushed), version(4, 'ann')], 'a');
  const bob = lockOf([version(1, 'x', pushed), version(2, 'x', pushed), version(3, 'bob'), version(4, 'bob')], 'b');

  it('has the services of both sides, those of the side that keeps its numbers first', () => {
    const pin = (digit: string) => ({ image: 'db:1', digest: `sha256:${digit.repeat(64)}` }) as const;
    const [left, right] = [
      { ...ann, services: { db: pin('1'), cache: pin('2') } },
      { ...bob, services: { db: pin('3'), queue: pin('4') } },
    ];
    const expected = { db: pin('1'), cache: pin('2'), queue: pin('4') };
    expect(mergeLocks(left, right).lock.services).toEqual(expected);
    expect(mergeLocks(right, left).lock.services).toEqual(expected);
  });

  it('has the younger seed', () => {
    const seed = (date: string) => ({ ...pushed, volumes: ['db'], author: 'ann', date });
    const [left, right] = [
      { ...ann, seed: seed('2025-06-30T12:00:00Z') },
      { ...bob, seed: seed('2025-07-01T12:00:00Z') },
    ];
    expect(mergeLocks(left, right).lock.seed).toEqual(right.seed);
    expect(mergeLocks(right, left).lock.seed).toEqual(right.seed);
    expect(mergeLocks(left, bob).lock.seed).toEqual(left.seed);
  });

  it('keeps the numbers of what is pushed, and puts the other side above', () => {
    const { lock, renumbered } = mergeLocks(bob, ann);
    expect(lock.versions.map(({ number, author, parent, from }) => [number, author, parent, from])).toEqual([
      [1, 'x', undefined, undefined],
      [2, 'x', 1, 1],
      [3, 'ann', 2, 2],
      [4, 'ann', 3, 3],
      [5, 'bob', 2, 2],
      [6, 'bob', 5, 5],
    ]);
    expect([lock.current, lock.shape]).toEqual([4, ann.shape]);
    expect(renumbered.map(({ before, version: { number } }) => [before, number])).toEqual([
      [3, 5],
      [4, 6],
    ]);
    expect(lock.versions[1]?.digest).toBe(pushed.digest);
  });

  it('takes the longer lock where only one side grew', () => {
    expect(mergeLocks(lockOf(common), ann)).toEqual({ lock: ann, renumbered: [] });
  });

  it('does not depend on which side is which, loses no version, and makes a sound graph', () => {
    const side = (author: string) =>
      fc
        .array(fc.record({ pushed: fc.boolean(), day: fc.integer({ min: 10, max: 28 }), from: fc.boolean() }), {
          maxLength: 5,
        })
        .map((rows) =>
          rows.map((row, index) => {
            const number = index + 3;
            const made = version(number, author, {
              date: `2025-06-${String(row.day)}T12:00:00Z`,
              ...(row.pushed && pushed),
            });
            return row.from ? made : { ...made, from: 1 };
          }),
        );
    fc.assert(
      fc.property(side('ann'), side('bob'), (a, b) => {
        const [left, right] = [lockOf([...common, ...a], 'a'), lockOf([...common, ...b], 'b')];
        const merged = mergeLocks(left, right);
        expect(mergeLocks(right, left)).toEqual(merged);
        expect(findGraphProblem(merged.lock)).toBeUndefined();
        const messages = merged.lock.versions.map(({ message }) => message).sort();
        expect(messages).toEqual([...common, ...a, ...b].map(({ message }) => message).sort());
        expect(mergeLocks(merged.lock, merged.lock)).toEqual({ lock: merged.lock, renumbered: [] });
        expect(parseLock(printLock(merged.lock), 'f').versions).toHaveLength(messages.length);
      }),
    );
  });
});

describe('splitConflict', () => {
  it('gives both sides whole, with and without the text that they grew from', () => {
    const merge = (base: string): string =>
      `a\n<<<<<<< HEAD\nb\n${base}=======\nc\n>>>>>>> other\nd\n<<<<<<< HEAD\n=======\ne\n>>>>>>> other\n`;
    const sides = { ours: 'a\nb\nd\n', theirs: 'a\nc\nd\ne\n' };
    expect(splitConflict(merge(''))).toEqual(sides);
    expect(splitConflict(merge('||||||| 123\nold\n'))).toEqual(sides);
    expect(splitConflict(merge('').replaceAll('\n', '\r\n'))?.ours).toBe('a\r\nb\r\nd\r\n');
  });

  it.each(['a\n', '<<<<<<< HEAD\na\n', '=======\n', '<<<<<<< a\n=======\n=======\n>>>>>>> b\n'])(
    'has nothing for %j',
    (text) => {
      expect(splitConflict(text)).toBeUndefined();
    },
  );
});
