import { describe, expect, it } from 'vitest';
import { chooseUnneeded, type KnownProject } from '../../../src/machine/space/choose-unneeded.ts';
import type { Digest, Lock, Version } from '../../../src/model/version.ts';
import type { EngineUsage, ImageUsage } from '../../../src/ports/engine.ts';

const day = 24 * 3_600_000;
const now = 1000 * day;
const hex = (number: number): string => String(number).repeat(64).slice(0, 64);
const digest = (number: number): Digest => `sha256:${hex(number)}`;
const ours = { 'dev.teamvm.role': 'image' };

const image = (tag: string, rest: Partial<ImageUsage> = {}): ImageUsage => ({
  ...{ id: `sha256:${tag}`, tags: [tag], digests: [], labels: ours, created: now - 40 * day, layers: [] },
  ...rest,
});
const versionImage = (number: number, rest: Partial<ImageUsage> = {}): ImageUsage =>
  image(`devenv/shop:${String(number)}-${hex(number).slice(0, 12)}`, {
    digests: ['r.test:5000/shop@sha256:1'],
    ...rest,
  });
const usageOf = (images: readonly ImageUsage[], rest: Partial<EngineUsage> = {}): EngineUsage => ({
  ...{ images, volumes: [], containers: [] },
  ...rest,
});
const version = (number: number, pushed = true): Version => ({
  ...{ number, kind: 'build', content: digest(number), author: 'Ada', date: '', message: '', size: 1, layers: 1 },
  ...{ items: { set: {}, unset: [] }, ...(pushed && { digest: digest(9) }) },
});
const lockOf = (versions: readonly Version[], rest: Partial<Lock> = {}): Lock => ({
  ...{ name: 'shop', current: versions.at(-1)?.number ?? 1, shape: digest(8), resolved: {}, versions },
  ...rest,
});
const known = (locks: readonly Lock[], elsewhere = false): ReadonlyMap<string, KnownProject> =>
  new Map([['shop', { locks, elsewhere }]]);
const none: ReadonlyMap<string, KnownProject> = new Map();
const retention = { keep: 1, caches: false };
const container = (rest: object) => ({
  ...{ id: 'c1', name: 'c1', labels: {}, image: '', running: true, size: 0, created: 0 },
  ...rest,
});

describe('what prune removes of versions', () => {
  const two = [versionImage(1), versionImage(2)];
  const removed = (
    usage: EngineUsage,
    projects: ReadonlyMap<string, KnownProject>,
    rest: Partial<Parameters<typeof chooseUnneeded>[3]> = {},
  ): readonly string[] => chooseUnneeded(usage, projects, now, { ...retention, ...rest }).map(({ name }) => name);
  const first = two[0]?.tags[0];
  const pushed = [lockOf([version(1), version(2)])];

  it.each<readonly [string, EngineUsage, ReadonlyMap<string, KnownProject>, boolean]>([
    ['an old one that the registry has', usageOf(two), known(pushed), true],
    ['not one that is on this machine alone', usageOf(two), known([lockOf([version(1, false), version(2)])]), false],
    ['not the current one', usageOf(two), known([lockOf([version(1), version(2)], { current: 1 })]), false],
    ['not one that is current in another folder', usageOf(two), known([...pushed, lockOf([version(1)])]), false],
    [
      'not one that a container has',
      usageOf(two, { containers: [container({ image: two[0]?.id })] }),
      known(pushed),
      false,
    ],
    [
      'not one that was captured from a container that is there',
      usageOf([versionImage(1, { labels: { ...ours, 'dev.teamvm.origin': 'c1' } }), versionImage(2)], {
        containers: [container({})],
      }),
      known(pushed),
      false,
    ],
    ['one that no lock records any more', usageOf(two), known([lockOf([version(2)])]), true],
    [
      'not one that no lock records, within a week',
      usageOf([versionImage(1, { created: now - 6 * day }), versionImage(2)]),
      known([lockOf([version(2)])]),
      false,
    ],
    ['not one of a project whose lock is on another machine', usageOf(two), known(pushed, true), false],
    [
      'not one that the lock alone calls pushed',
      usageOf([versionImage(1, { digests: ['devenv/shop@sha256:9'] }), versionImage(2)]),
      known(pushed),
      false,
    ],
    [
      'not one of an unknown project that no registry has',
      usageOf(two.map((one) => ({ ...one, digests: [] }))),
      none,
      false,
    ],
    [
      'not one of an unknown project to which the engine itself gave a digest',
      usageOf([
        versionImage(1, { digests: ['devenv/shop@sha256:1', 'localhost/devenv/shop@sha256:1'] }),
        versionImage(2),
      ]),
      none,
      false,
    ],
    [
      'one of an unknown project that a registry has',
      usageOf([versionImage(1, { digests: ['r/shop@sha256:1'] }), versionImage(2)]),
      none,
      true,
    ],
    [
      'not an image that has only the name',
      usageOf([versionImage(1, { labels: {} }), versionImage(2)]),
      known(pushed),
      false,
    ],
  ])('%s', (_, usage, projects, goes) => {
    expect(removed(usage, projects)).toEqual(goes ? [first] : []);
  });

  it('takes the names that a push gave, too', () => {
    const labels = { ...ours, 'dev.teamvm.project': 'shop' };
    const both = [1, 2].map((number) => {
      const own = versionImage(number, { labels: { ...labels, 'dev.teamvm.version': String(number) } });
      const tag = own.tags[0]?.split(':')[1] ?? '';
      return {
        ...own,
        digests: [],
        tags: [...own.tags, `r.test:5000/shop/env:${tag}`, ...(number === 1 ? ['r.test:5000/shop/env:latest'] : [])],
      };
    });
    expect(removed(usageOf(both), known(pushed))).toEqual(both[0]?.tags);
    const child = image(`mine:7-${hex(1).slice(0, 12)}`, { labels: { ...labels, 'dev.teamvm.version': '1' } });
    expect(removed(usageOf([...both.slice(1), child]), known(pushed))).toEqual([]);
  });

  it('keeps as many as it is asked to, and what is younger', () => {
    const images = [1, 2, 3, 4].map((number) => versionImage(number, { created: now - number * day }));
    const projects = known([lockOf([1, 2, 3, 4].map((number) => version(number)))]);
    const tags = images.map(({ tags: [tag] }) => tag);
    expect(removed(usageOf(images), projects, { keep: 2 })).toEqual(tags.slice(0, 2));
    expect(removed(usageOf(images), projects, { age: 1.5 * day })).toEqual(tags.slice(1, 3));
  });
});

describe('what prune removes besides', () => {
  const kinds = (usage: EngineUsage, projects = none, caches = false): readonly string[] =>
    chooseUnneeded(usage, projects, now, { keep: 1, caches }).map(({ kind, name }) => `${kind} ${name}`);

  it('are old steps and bases, not new ones', () => {
    const step = { labels: { 'dev.teamvm.step': 'a' } };
    const images = [
      image('devenv-step:old', step),
      image('localhost/devenv-step:podman', step),
      image('devenv-step:new', { ...step, created: now - 20 * day }),
      image('devenv-base/bookworm:1', { labels: { 'dev.teamvm.base': 'x' } }),
      image('devenv-base/bookworm:2', { labels: { 'dev.teamvm.base': 'y' }, created: now - 8 * day }),
      image('debian:12', { labels: {} }),
    ];
    expect(kinds(usageOf(images))).toEqual([
      'step devenv-step:old',
      'step localhost/devenv-step:podman',
      'base devenv-base/bookworm:1',
    ]);
  });

  it('are images of bundles that no lock names', () => {
    const images = [1, 2].map((number) => image(`devenv/shop:pinned-${hex(number)}`, { labels: {} }));
    const lock = lockOf([version(1)], { services: { db: { image: 'db:1', digest: digest(2) } } });
    expect(kinds(usageOf(images), known([lock]))).toEqual([`bundled devenv/shop:pinned-${hex(1)}`]);
    expect(kinds(usageOf(images), known([lock], true))).toEqual([]);
  });

  it('are caches only if it is asked to, and never data', () => {
    const volume = (name: string, role: string, rest: object = {}) => ({
      ...{ name, labels: { 'dev.teamvm.role': role }, size: 5, used: false, created: now - 2 * day },
      ...rest,
    });
    const volumes = [
      volume('apt', 'cache'),
      volume('npm', 'cache', { used: true }),
      volume('scratch', 'builder'),
      volume('young', 'builder', { created: now - 3_600_000 }),
      volume('pgdata', 'volume'),
      volume('mark', 'snapshot'),
    ];
    const containers = [
      container({ name: 'dead', running: false, labels: { 'dev.teamvm.role': 'builder' } }),
      container({ name: 'alive', labels: { 'dev.teamvm.role': 'builder' } }),
      container({ name: 'shop', running: false, labels: { 'dev.teamvm.role': 'workspace' } }),
    ];
    expect(kinds(usageOf([], { volumes, containers }))).toEqual(['builder scratch', 'builder dead']);
    expect(kinds(usageOf([], { volumes, containers }), none, true)).toEqual([
      'cache apt',
      'builder scratch',
      'builder dead',
    ]);
  });
});
