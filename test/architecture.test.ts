import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');

/** The rooms of src/, from the street down to the foundations. Each may import itself and those below it. */
const rooms = [
  'commands',
  'start',
  'screen',
  'machine',
  'share',
  'session',
  'workspace',
  'snapshots',
  'capture',
  'containers',
  'image',
  'versions',
  'observe',
  'secrets',
  'environment',
  'lock',
  'providers',
  'plan',
  'adapters',
  'ports',
  'model',
  'errors',
];

/** The composition root: its room alone imports adapters, and the room that makes a program of it alone imports it. */
const wire = 'wire/wire.ts';
const isWire = (path: string): boolean => path.startsWith('wire/');

/** These import no package and no `node:` module. */
const pure = ['model', 'errors', 'ports', 'providers', 'plan', 'capture/drift/explain'];

/** A command imports the use case of its own name alone; these have another one besides. */
const furtherUseCases: Readonly<Record<string, readonly string[]>> = {
  'commands/build.ts': ['image/check-build.ts', 'share/push.ts'],
  'commands/snapshot/rm.ts': ['snapshots/remove.ts'],
  'commands/snapshot/prune.ts': ['snapshots/remove.ts'],
};

const largestFolder = 25;
const smallestHelper = 12;

interface SourceFile {
  /** Relative to src/, or to the repository for tests. */
  readonly path: string;
  readonly lines: number;
  /** Specifiers of packages and Node's modules that it loads; types alone do not count. */
  readonly packages: readonly string[];
  readonly imports: readonly string[];
  /** Those of the imports that are loaded when they are needed. */
  readonly dynamic: readonly string[];
}

function readSource(folder: string, file: string): SourceFile {
  const text = readFileSync(join(root, folder, file), 'utf8');
  const inside = (specifier: string): string =>
    relative(join(root, 'src'), resolve(dirname(join(root, folder, file)), specifier)).replaceAll(sep, '/');
  const found = [
    ...text.matchAll(/^import (type )?(?:[^;'"]*? from )?['"]([^'"]+)['"]|^export [^;]*? from ['"]([^'"]+)['"]/gm),
  ];
  const dynamic = [...text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]/g)].map((match) => match[1] ?? '');
  const all = [...found.map((match) => match[2] ?? match[3] ?? ''), ...dynamic];
  const typesOnly = found.filter((match) => match[1] !== undefined).map((match) => match[2]);
  return {
    path: file,
    lines: text.split('\n').length - 1,
    packages: all.filter((specifier) => !specifier.startsWith('.') && !typesOnly.includes(specifier)),
    imports: all.filter((specifier) => specifier.startsWith('.')).map(inside),
    dynamic: dynamic.filter((specifier) => specifier.startsWith('.')).map(inside),
  };
}

const listFiles = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.replaceAll(sep, '/'))
    .sort();

const files = listFiles('src').map((file) => readSource('src', file));
const byPath = new Map(files.map((file) => [file.path, file]));
const users = new Map<string, Set<string>>();
for (const { path, imports } of [...files, ...listFiles('test').map((file) => readSource('test', file))]) {
  for (const target of imports) users.set(target, (users.get(target) ?? new Set()).add(path));
}

const roomOf = (path: string): string => path.split('/')[0] ?? '';
const isGenerated = (path: string): boolean => path.includes('/generated/');

/** Why a file may not import another one of src/; absent where it may. */
function refuseImport(from: string, to: string): string | undefined {
  if (isWire(from)) return undefined;
  if (isWire(to))
    return to === wire && roomOf(from) === 'start' ? undefined : 'the composition root is for start/ alone';
  if (roomOf(to) === 'adapters' && roomOf(from) !== 'adapters') return 'adapters are for the composition root alone';
  return rooms.indexOf(roomOf(from)) <= rooms.indexOf(roomOf(to)) ? undefined : 'it runs up';
}

/** Groups of files that import each other in a circle, types included. */
function findCircles(): string[][] {
  const circles: string[][] = [];
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const visit = (path: string): number => {
    order.set(path, order.size);
    lowest.set(path, order.size - 1);
    stack.push(path);
    for (const target of byPath.get(path)?.imports ?? []) {
      if (!byPath.has(target)) continue;
      const reached = !order.has(target) ? visit(target) : stack.includes(target) ? order.get(target) : undefined;
      lowest.set(path, Math.min(lowest.get(path) ?? 0, reached ?? Infinity));
    }
    if (lowest.get(path) === order.get(path)) {
      const circle = stack.splice(stack.indexOf(path));
      if (circle.length > 1) circles.push(circle);
    }
    return lowest.get(path) ?? 0;
  };
  for (const { path } of files) if (!order.has(path)) visit(path);
  return circles;
}

describe('architecture', () => {
  it('gives every file of src/ a room', () => {
    const homeless = files.filter(({ path }) => !isWire(path) && !rooms.includes(roomOf(path)));
    expect(homeless.map(({ path }) => path)).toEqual([]);
  });

  it.each(rooms)('%s/ imports only what lies below it', (room) => {
    const refused = files
      .filter(({ path }) => roomOf(path) === room)
      .flatMap(({ path, imports }) => imports.map((to) => [path, to, refuseImport(path, to)] as const))
      .filter(([, , reason]) => reason !== undefined);
    expect(refused.map(([from, to, reason]) => `${from} imports ${to}: ${reason ?? ''}`)).toEqual([]);
  });

  it('imports no packages where values are decided', () => {
    const impure = files.filter(({ path, packages }) => {
      return packages.length > 0 && pure.some((folder) => path.startsWith(`${folder}/`));
    });
    expect(impure.map(({ path, packages }) => `${path}: ${packages.join(', ')}`)).toEqual([]);
  });

  it('has no circle of imports', () => {
    expect(findCircles()).toEqual([]);
  });

  it('gives each command the use case of its name and no other', () => {
    const around = new Set(['screen', 'start', 'model', 'errors']);
    const others = files
      .filter(({ path }) => roomOf(path) === 'commands')
      .flatMap(({ path, imports }) =>
        imports
          .filter((to) => !around.has(roomOf(to)))
          .filter((to) => basename(to) !== basename(path) && furtherUseCases[path]?.includes(to) !== true)
          .map((to) => `${path} imports ${to}`),
      );
    expect(others).toEqual([]);
  });

  it(`keeps folders at ${String(largestFolder)} files`, () => {
    const counts = new Map<string, number>();
    for (const { path } of files) counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);
    // The commands' paths are the commands.
    counts.delete('commands');
    expect([...counts].filter(([, count]) => count > largestFolder)).toEqual([]);
  });

  it(`keeps helpers of under ${String(smallestHelper)} lines with their only user`, () => {
    const loadedLater = new Set(files.flatMap(({ dynamic }) => dynamic));
    const fragments = files.filter(({ path, lines }) => {
      return lines < smallestHelper && users.get(path)?.size === 1 && !loadedLater.has(path) && !isGenerated(path);
    });
    expect(fragments.map(({ path }) => path)).toEqual([]);
  });
});
