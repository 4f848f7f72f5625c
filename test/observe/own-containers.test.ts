import { describe, expect, it } from 'vitest';
import { labels } from '../../src/observe/labels.ts';
import { chooseOwn, describeMade, isAsMade, type Labelled } from '../../src/observe/own-containers.ts';
import { nameResource } from '../../src/observe/place.ts';
import { nameHalfMade } from '../../src/model/container.ts';

const given = nameResource({ project: 'shop', folder: '/home/a/shop', workspace: 'main' });
const label = describeMade(given, 'sha256:1');

/** As devenv makes it, unless something else is said. */
function container(name: string, { made = label, image = 'sha256:1', created = 1, workspace = 'main' } = {}) {
  const found: Record<string, string> = {
    [labels.role]: 'workspace',
    [labels.project]: 'shop',
    [labels.workspace]: workspace,
    [labels.folder]: '/home/a/shop',
    [labels.made]: made,
  };
  return { id: name, name, image, state: 'running', labels: found, created, networks: [], ports: [] } as const;
}
const own = (...found: readonly Labelled[]): string[] => chooseOwn(found).map(({ name }) => name);
const project = { kind: 'bind', source: '/home/a/shop', target: '/workspace' } as const;
const alone = (name: string, options?: Parameters<typeof container>[1]): Labelled => ({
  container: container(name, options),
  more: { image: {}, mounts: [project] },
});

describe('isAsMade', () => {
  it('holds for a container with the name and the image that it was given', () => {
    expect(isAsMade(container(given))).toBe(true);
    expect(isAsMade(container('mine'))).toBe(false);
    expect(isAsMade(container(given, { image: 'sha256:2' }))).toBe(false);
    expect(isAsMade({ ...container(given), labels: { [labels.role]: 'workspace' } })).toBe(false);
  });
});

describe('chooseOwn', () => {
  it('takes what was made, and both of an exchange that was interrupted', () => {
    const old = `${given}-old-01234567`;
    const restored = `${given}-restored-6e0c1a52-6d3c-4a0e-9d6b-0a1b2c3d4e5f`;
    expect(own(alone(given), alone(old), alone(nameHalfMade(given)), alone(restored))).toHaveLength(4);
  });

  it('leaves out what has its labels from its image, under whatever name', () => {
    const more = { image: { [labels.made]: label }, mounts: [project] };
    expect(own({ container: container(given, { image: 'sha256:2' }), more })).toEqual([]);
    expect(own({ container: container('by-hand', { image: 'sha256:2' }), more }, alone(given))).toEqual([given]);
  });

  it('leaves out what has only copies of the labels', () => {
    expect(own(alone('copy', { created: 2 }), alone(given))).toEqual([given]);
    expect(own(alone(`${given}-2`, { created: 2 }), alone(given))).toEqual([given]);
  });

  it('takes one that a person renamed, and not the copy of it', () => {
    expect(own(alone('mine'))).toEqual(['mine']);
    expect(own(alone('copy', { created: 2 }), alone('mine'))).toEqual(['mine']);
  });

  it('leaves out a copy that holds no project, also where nothing else is left', () => {
    const more = { image: {}, mounts: [] };
    expect(own({ container: container('copy'), more })).toEqual([]);
    const service = container('renamed', { made: describeMade(`${given}.db`, 'sha256:1') });
    const found = { ...service, labels: { ...service.labels, [labels.role]: 'service', [labels.service]: 'db' } };
    expect(own({ container: found, more })).toEqual(['renamed']);
  });

  it('leaves out what a person gave all labels, with its own name in them', () => {
    expect(own(alone('mine', { made: describeMade('mine', 'sha256:1') }))).toEqual([]);
    expect(own(alone('devenv-shop-1', { made: describeMade('devenv-shop-1', 'sha256:1') }))).toEqual([]);
  });

  it('leaves out what has no label of its making', () => {
    expect(own({ container: { ...container(given), labels: { [labels.role]: 'workspace' } } })).toEqual([]);
  });

  it('keeps containers of several names apart', () => {
    const other = describeMade(`${given}-two`, 'sha256:1');
    expect(own(alone(given), alone('renamed', { made: other, workspace: 'two', created: 9 }))).toEqual([
      given,
      'renamed',
    ]);
  });
});
