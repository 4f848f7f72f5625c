import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Platform } from './fetch-node.ts';
import type { FileEntry } from './file-tree.ts';
import { entry } from './list-files.ts';

const root = resolve(import.meta.dirname, '../..');

/** The files of the npm package that people install: `npm pack`'s, and a manifest that names the packages of platforms. */
export function listMain(platforms: readonly Platform[]): readonly FileEntry[] {
  const { files, ...manifest } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
  const published = Object.fromEntries(
    Object.entries(manifest).filter(([key]) => !['scripts', 'devDependencies'].includes(key)),
  );
  const optional = platforms.map((platform) => [`${manifest.name}-${platform}`, manifest.version] as const);
  const optionalDependencies: Record<string, string> = Object.fromEntries(optional);
  const own = { bin: { devenv: 'bin/devenv' }, files, optionalDependencies };
  const text = `${JSON.stringify({ ...published, ...own }, null, 2)}\n`;
  const paths = [...files, 'README.md', 'LICENSE'].flatMap(listFiles).sort();
  return [
    entry('package.json', text),
    ...paths.map((path) => entry(path, readFileSync(join(root, path)), path === 'bin/devenv' ? 0o755 : 0o644)),
  ];
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly files: readonly string[];
}

function listFiles(path: string): readonly string[] {
  const found = readdirSync(root, { withFileTypes: true }).find(({ name }) => name === path);
  if (found?.isDirectory() !== true) return [path];
  return readdirSync(join(root, path), { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name).slice(root.length + 1));
}
