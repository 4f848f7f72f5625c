import { expect, it } from 'vitest';
import { listImageVolumes } from '../../../src/containers/volumes/list-image-volumes.ts';

const namesOf = (paths: readonly string[], mounts: Parameters<typeof listImageVolumes>[2] = []): readonly string[] =>
  listImageVolumes({ volumes: paths }, 'db', mounts).map(({ source }) => source);

it('gives each VOLUME of an image its own data', () => {
  const names = namesOf(['/a/b', '/a-b', '/a b']);
  expect(names[0]).toBe('db-a-b');
  expect(new Set(names).size).toBe(3);
});

it('does not take a volume that devenv.yaml mounts elsewhere', () => {
  expect(namesOf(['/data'], [{ target: '/srv', source: 'db-data' }])).not.toEqual(['db-data']);
  expect(namesOf(['/data'], [{ target: '/data', source: 'db-data' }])).toEqual([]);
});
