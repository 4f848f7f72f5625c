import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Plugin } from 'esbuild';

const schemas = ['config', 'devenv', 'personal'];

/** The module `devenv:files`: the templates, schemas and wrapper that are part of the program. `root`: the repository. */
export function ownFiles(root: string): Plugin {
  return {
    name: 'own-files',
    setup(build) {
      build.onResolve({ filter: /^devenv:files$/ }, ({ path }) => ({ path, namespace: 'devenv-files' }));
      build.onLoad({ filter: /.*/, namespace: 'devenv-files' }, () => ({
        contents: `export const templates = ${printMap(readFolder(join(root, 'templates')))};
export const wrapper = ${printMap(readFolder(join(root, 'wrapper')))};
export const schemas = ${printMap(schemas.map((name) => [name, readFileSync(join(root, 'schemas', `${name}.schema.json`), 'utf8')]))};`,
      }));
    },
  };
}

const readFolder = (folder: string): readonly (readonly [path: string, text: string])[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true, encoding: 'utf8' })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort()
    .map((path) => [relative(folder, path), readFileSync(path, 'utf8')] as const);

const printMap = (entries: readonly (readonly [string, string])[]): string => `new Map(${JSON.stringify(entries)})`;
