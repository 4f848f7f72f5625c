import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LayerWeight } from '../../../../src/ports/layers.ts';
import { startProgram, type Program } from '../helper/start-program.ts';

/** Path → `d`, `opaque`: a folder that hides what lies below it, `w`: a deletion; else a file's content. */
type Layer = Readonly<Record<string, string>>;

interface Stacked {
  /** By path: type and layer. */
  readonly rows: ReadonlyMap<string, string>;
  readonly opaque: ReadonlySet<string>;
  /** Paths that only the helper's own root has, where layers hide them. */
  readonly below: readonly string[];
  /** Paths that the helper's own root has in the same way. */
  readonly same: readonly string[];
  readonly weights: readonly LayerWeight[];
}

/** Makes the overlay’s marks: `w` or `opaque`, then a path, a line each. */
const mark = String.raw`
my $arm = qx(uname -m) =~ /aarch64/;
while (<STDIN>) {
  chomp; my ($kind, $path) = split ' ', $_, 2;
  my ($name, $value) = ("trusted.overlay.opaque", "y");
  my $done = $kind eq "w" ? syscall($arm ? 33 : 259, -100, $path, 0020000, 0) : syscall($arm ? 5 : 188, $path, $name, $value, 1, 0);
  exit 1 if $done != 0;
}`;

function tryMarks(folder: string, lines: readonly string[]): boolean {
  try {
    execFileSync('perl', ['-e', mark], { cwd: folder, input: lines.join('\n'), stdio: ['pipe', 'ignore', 'ignore'] });
    return true;
  } catch {
    return false;
  }
}

describe('layers that lie on each other', () => {
  let program: Program;
  /** Such folders can be made by root alone. */
  let opaques = false;

  beforeAll(() => {
    program = startProgram();
    opaques = tryMarks(program.folder, ['opaque .']);
  });

  afterAll(() => {
    program.stop();
  });

  async function stack(layers: readonly Layer[], below: Layer = {}): Promise<Stacked> {
    const { folder, helper } = program;
    const top = mkdtempSync(join(folder, 'stack-'));
    // The own root is the machine's: what lies below all layers is at the same path there.
    const base = join(top, 'base');
    lay(base, below);
    const roots = layers.map((layer, index) => {
      const root = join(top, String(index));
      lay(join(root, base), layer);
      return root;
    });
    const strip = (path: string): string => path.slice(base.length);
    const [rows, opaque] = [new Map<string, string>(), new Set<string>()];
    const [only, same]: [string[], string[]] = [[], []];
    for await (const batch of helper.stackLayers(roots)) {
      for (const { path, row } of batch) {
        if (`/${path}`.length <= base.length) continue;
        if (row === undefined) only.push(strip(path));
        else rows.set(strip(path), `${row.type} ${String(row.layer)}`);
        if (row?.opaque === true) opaque.add(strip(path));
        if (row?.twin?.same === true) same.push(strip(path));
      }
    }
    const weights = await helper.weighLayers(roots);
    rmSync(top, { recursive: true });
    return { rows, opaque, below: only, same, weights };
  }

  function lay(folder: string, layer: Layer): void {
    mkdirSync(folder, { recursive: true });
    const marks: string[] = [];
    for (const [path, content] of Object.entries(layer)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      if (content === 'd' || content === 'opaque') mkdirSync(join(folder, path), { recursive: true });
      else if (content !== 'w') writeFileSync(join(folder, path), content);
      if (content === 'w' || content === 'opaque') marks.push(`${content} ${path}`);
    }
    if (marks.length > 0 && !tryMarks(folder, marks)) throw new Error('the marks of an overlay cannot be made here');
  }

  it('show of every path the topmost entry, and weigh what of each still shows', async () => {
    const { rows, weights } = await stack([{ 'a/x': 'ten bytes.', 'a/y': 'fives' }, { 'a/x': 'seven..' }]);
    expect([...rows]).toEqual([
      ['a', 'd 1'],
      ['a/x', 'f 1'],
      ['a/y', 'f 0'],
    ]);
    expect(weights).toEqual([
      { live: 5, dead: 10 },
      { live: 7, dead: 0 },
    ]);
  });

  it('hide what lies below a deletion, and keep the deletion for what lies below all of them', async () => {
    const { rows, weights } = await stack([{ 'a/x': 'ten bytes.' }, { a: 'w' }]);
    expect([...rows]).toEqual([['a', 'w 1']]);
    expect(weights[0]).toEqual({ live: 0, dead: 10 });
  });

  it.each(['w', 'file'])('hide all that was below a folder which took the place of a %s', async (was) => {
    const below = { 'a/new': 'f', 'a/old': 'f', 'a/deep/older': 'f', 'a.b': 'f' };
    const found = await stack([{ a: was }, { 'a/deep/new': 'f', 'a/new': 'f' }], below);
    expect(found).toMatchObject({ below: ['a/deep/older', 'a/old'], same: ['a', 'a/deep', 'a/new'] });
    expect([...found.opaque]).toEqual(['a', 'a/deep']);
  });

  it('hide the content of a folder that was replaced by another', async ({ skip }) => {
    skip(!opaques, 'only root may mark a folder as opaque');
    const found = await stack([{ 'a/old': 'f' }, { a: 'opaque', 'a/new': 'f' }], { 'a/older': 'f' });
    expect([...found.rows.keys()]).toEqual(['a', 'a/new']);
    expect(found).toMatchObject({ below: ['a/older'], weights: [{ live: 0, dead: 1 }, { live: 1 }] });
  });

  it('come to the tree that one gets by laying them on each other in turn', { timeout: 60_000 }, async () => {
    const paths = ['a', 'a/b', 'a/b/c', 'a/d', 'e', 'e/f'];
    const below: Tree = new Map([...paths, 'a/base', 'e/base'].map((path) => [path, 'base']));
    const onDisk = { 'a/b/c': '', 'a/d': '', 'e/f': '', 'a/base': '', 'e/base': '' };
    const layers = fc.array(anyLayer(paths, opaques), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(layers, async (all) => {
        const turn = all.reduce((tree, each, index) => layOn(tree, toRows(each, index), listOpaque(each)), below);
        const { rows, opaque, weights } = await stack(all, onDisk);
        expect(new Map([...layOn(below, rows, opaque)].sort())).toEqual(new Map([...turn].sort()));
        const shown = [...turn.values()].filter((value) => value.startsWith('f')).length;
        expect(weights.reduce((sum, { live }) => sum + live, 0)).toBe(shown);
      }),
    );
  });
});

/** Path → what it is: type and number of the layer that it came with. */
type Tree = ReadonlyMap<string, string>;

const listOpaque = (layer: Layer): ReadonlySet<string> =>
  new Set(Object.keys(layer).filter((path) => layer[path] === 'opaque'));

const toRows = (layer: Layer, index: number): Tree =>
  new Map(
    Object.entries(layer).map(([path, kind]) => [path, `${kind === 'opaque' ? 'd' : kind} ${String(index)}`] as const),
  );

function layOn(tree: Tree, rows: Tree, opaque: ReadonlySet<string>): Tree {
  const next = new Map(tree);
  for (const [path, row] of rows) {
    const stood = next.get(path);
    const kept = row.startsWith('d') && !opaque.has(path) && (stood === 'base' || stood?.startsWith('d') === true);
    if (!kept) for (const known of [...next.keys()]) if (known.startsWith(`${path}/`)) next.delete(known);
    if (row.startsWith('w')) next.delete(path);
    else next.set(path, row);
  }
  return next;
}

/** Every entry has its folders, as in an overlay; files hold one byte. */
function anyLayer(paths: readonly string[], opaques: boolean): fc.Arbitrary<Layer> {
  const entry = fc.constantFrom('d', opaques ? 'opaque' : 'd', 'f', 'w', undefined);
  return fc.array(entry, { minLength: paths.length, maxLength: paths.length }).map((kinds) => {
    const layer: Record<string, string> = {};
    for (const [index, path] of paths.entries()) {
      const kind = kinds[index];
      const folder = path.slice(0, Math.max(path.lastIndexOf('/'), 0));
      const above = layer[folder];
      if (kind !== undefined && (folder === '' || above === 'd' || above === 'opaque')) layer[path] = kind;
    }
    return layer;
  });
}
