import { expect, it } from 'vitest';
import { sumUp } from '../../src/machine/df.ts';
import { nameLabelled } from '../../src/observe/place.ts';
import type { EngineUsage, ImageUsage } from '../../src/ports/engine.ts';

const ours = { 'dev.teamvm.role': 'image' };
const image = (tag: string, layers: Readonly<Record<string, number>>, rest: Partial<ImageUsage> = {}): ImageUsage => ({
  ...{ id: tag, tags: [tag], digests: [], labels: ours, created: 0 },
  layers: Object.entries(layers).map(([id, size]) => ({ id, size })),
  ...rest,
});
const version = (project: string, number: number): string => `devenv/${project}:${String(number)}-${'a'.repeat(12)}`;

it('counts every byte once, for those who alone have it', () => {
  const place = { 'dev.teamvm.project': 'shop', 'dev.teamvm.folder': '/shop', 'dev.teamvm.workspace': 'main' };
  const usage: EngineUsage = {
    images: [
      image('debian:12', { debian: 1000 }, { labels: {} }),
      image('other:1', { other: 50_000 }, { labels: {} }),
      image(version('shop', 1), { debian: 1000, user: 100, one: 10 }),
      image(version('shop', 2), { debian: 1000, user: 100, one: 10, two: 1 }),
      image(version('blog', 1), { debian: 1000, user: 100, blog: 7 }),
      image('devenv-step:x', { debian: 1000, user: 100, step: 3 }, { labels: { 'dev.teamvm.step': 'x' } }),
    ],
    volumes: [
      { name: 'v', labels: { ...place, 'dev.teamvm.role': 'volume' }, size: 20_000, used: true, created: 0 },
      {
        name: 'm',
        labels: { ...place, 'dev.teamvm.role': 'snapshot', 'dev.teamvm.record': '{}' },
        size: 0,
        used: false,
        created: 0,
      },
      { name: 's', labels: { ...place, 'dev.teamvm.role': 'snapshot' }, size: 300, used: false, created: 0 },
      { name: 'c', labels: { 'dev.teamvm.role': 'cache' }, size: 4000, used: false, created: 0 },
      { name: 'foreign', labels: {}, size: 9e9, used: false, created: 0 },
    ],
    containers: [
      {
        id: '1',
        name: 'shop',
        labels: { ...place, 'dev.teamvm.role': 'workspace' },
        image: '',
        running: true,
        size: 5,
        created: 0,
      },
      { id: '2', name: 'foreign', labels: {}, image: '', running: true, size: 9e9, created: 0 },
    ],
  };
  const report = sumUp(usage, { count: 2, size: 60 });
  expect(report).toMatchObject({
    projects: [
      { project: 'blog', versions: { count: 1, size: 7 } },
      {
        ...{ project: 'shop', versions: { count: 2, size: 11 }, containers: { count: 1, size: 5 } },
        ...{ volumes: { count: 1, size: 20_000 }, snapshots: { count: 1, size: 300 } },
      },
    ],
    ...{ shared: { count: 2, size: 1100 }, steps: { count: 1, size: 3 }, caches: { size: 4000 } },
    total: 7 + 11 + 5 + 20_000 + 300 + 1100 + 3 + 4000 + 60,
  });
});

it('counts a layer that only snapshots of two projects have as shared', () => {
  const mark = (project: string): EngineUsage['volumes'][number] => ({
    ...{ name: project, size: 0, used: false, created: 0 },
    labels: {
      ...{ 'dev.teamvm.role': 'snapshot', 'dev.teamvm.project': project, 'dev.teamvm.record': '{}' },
      ...{ 'dev.teamvm.folder': `/${project}`, 'dev.teamvm.workspace': 'main' },
    },
  });
  const volumes = [mark('shop'), mark('blog')];
  const images = volumes.map(({ labels }) => image(`devenv-snapshot/${nameLabelled(labels)}:1`, { layer: 40 }));
  const report = sumUp({ images, volumes, containers: [] }, { count: 0, size: 0 });
  expect(report).toMatchObject({ shared: { count: 1, size: 40 }, total: 40 });
  expect(report.projects.map(({ snapshots }) => snapshots)).toEqual([
    { count: 1, size: 0 },
    { count: 1, size: 0 },
  ]);
});
