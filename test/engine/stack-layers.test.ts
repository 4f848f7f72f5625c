import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Row } from '../../src/engine/read-rows.ts';
import { stackLayers, type Layer } from '../../src/engine/stack-layers.ts';

const row = (path: string, type: string, size = 0): Row => ({
  ...{ path, type, size, facts: type, allocated: 0, mtime: 0, fine: false, ctime: '0' },
});
const layer = (rows: Row[], ...opaque: string[]): Layer => ({ rows, opaque: new Set(opaque) });

describe('stackLayers', () => {
  it('takes of every path the topmost entry, and weighs what each layer still shows', () => {
    const { rows, weights } = stackLayers([
      layer([row('a', 'd'), row('a/x', 'f', 10), row('a/y', 'f', 5)]),
      layer([row('a', 'd'), row('a/x', 'f', 7)]),
    ]);
    expect([...rows].map(([path, { layer: index }]) => [path, index])).toEqual([
      ['a', 1],
      ['a/x', 1],
      ['a/y', 0],
    ]);
    expect(weights).toEqual([
      { live: 5, dead: 10 },
      { live: 7, dead: 0 },
    ]);
  });

  it('hides what lies below a deletion, and keeps the deletion for what lies below all layers', () => {
    const { rows, weights } = stackLayers([layer([row('a', 'd'), row('a/x', 'f', 10)]), layer([row('a', 'w')])]);
    expect([...rows.keys()]).toEqual(['a']);
    expect(weights[0]).toEqual({ live: 0, dead: 10 });
  });

  it('hides all that was below a folder which took the place of a file or of a deletion', () => {
    for (const type of ['f', 'w', 'l']) {
      const { opaque } = stackLayers([layer([row('a', type)]), layer([row('a', 'd'), row('a/new', 'f')])]);
      expect([...opaque]).toEqual(['a']);
    }
  });

  it('hides the content of a folder that was replaced by another', () => {
    const { rows, opaque } = stackLayers([
      layer([row('a', 'd'), row('a/old', 'f')]),
      layer([row('a', 'd'), row('a/new', 'f')], 'a'),
    ]);
    expect([...rows.keys()].sort()).toEqual(['a', 'a/new']);
    expect([...opaque]).toEqual(['a']);
  });

  it('comes to the tree that one gets by laying the layers on each other in turn', () => {
    const paths = ['a', 'a/b', 'a/b/c', 'a/d', 'e', 'e/f'];
    const below: Tree = new Map([...paths, 'a/base', 'e/base'].map((path) => [path, 'base']));
    fc.assert(
      fc.property(fc.array(anyLayer(paths), { minLength: 1, maxLength: 5 }), (layers) => {
        const turn = layers.reduce((tree, each, index) => lay(tree, each, () => index), below);
        const { rows, opaque } = stackLayers(layers);
        const sorted = [...rows.values()].map(({ row: each }) => each).sort((x, y) => (x.path < y.path ? -1 : 1));
        const once = lay(below, { rows: sorted, opaque }, (path) => rows.get(path)?.layer ?? -1);
        expect(new Map([...once].sort())).toEqual(new Map([...turn].sort()));
      }),
    );
  });
});

/** Path → what it is: type and index of the layer that it came with. */
type Tree = ReadonlyMap<string, string>;

function lay(tree: Tree, { rows, opaque }: Layer, from: (path: string) => number): Tree {
  const next = new Map(tree);
  for (const { path, type } of rows) {
    const stood = next.get(path);
    const kept = type === 'd' && !opaque.has(path) && (stood === 'base' || stood?.startsWith('d') === true);
    if (!kept) for (const known of [...next.keys()]) if (known.startsWith(`${path}/`)) next.delete(known);
    if (type === 'w') next.delete(path);
    else next.set(path, `${type} ${String(from(path))}`);
  }
  return next;
}

/** Every entry has its folders, as in an overlay. */
function anyLayer(paths: readonly string[]): fc.Arbitrary<Layer> {
  const entry = fc.constantFrom('d', 'opaque', 'f', 'w', undefined);
  return fc.array(entry, { minLength: paths.length, maxLength: paths.length }).map((types) => {
    const rows = new Map<string, Row>();
    const opaque = new Set<string>();
    for (const [index, path] of paths.entries()) {
      const type = types[index];
      const folder = path.slice(0, Math.max(path.lastIndexOf('/'), 0));
      if (type === undefined || (folder !== '' && rows.get(folder)?.type !== 'd')) continue;
      rows.set(path, row(path, type === 'opaque' ? 'd' : type));
      if (type === 'opaque') opaque.add(path);
    }
    return { rows: [...rows.values()], opaque };
  });
}
