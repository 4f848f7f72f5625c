import { expect, it } from 'vitest';
import { weighRemovals } from '../../../src/machine/space/weigh-removals.ts';
import type { ImageUsage } from '../../../src/ports/engine.ts';

const image = (tag: string, rest: Partial<ImageUsage>): ImageUsage => ({
  ...{ id: `sha256:${tag}`, tags: [tag], digests: [], labels: {}, created: 0, layers: [] },
  ...rest,
});

it('counts for each removal the layers that nothing has by then', () => {
  const layer = (id: string, size: number) => ({ id, size });
  const [base, one, two] = [layer('base', 100), layer('one', 10), layer('two', 1)];
  const images = [
    image('s:1', { layers: [base, one] }),
    image('s:2', { layers: [base, one, two] }),
    image('x', { layers: [base, one], tags: ['x:1', 'x:2'] }),
  ];
  const names = ['x:1', ...images.slice(0, 2).flatMap(({ tags }) => tags), 'x:2'];
  const chosen = names.map((name) => ({ kind: 'version', object: 'image', name, created: 0 }) as const);
  expect(weighRemovals({ images, volumes: [], containers: [] }, chosen)).toEqual([0, 0, 1, 110]);
});
