import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Plugin } from 'esbuild';

const schemas = ['config', 'devenv', 'personal'];

/** The module `devenv:files`: the templates and schemas that are part of the program. `root`: the repository. */
export function ownFiles(root: string): Plugin {
  return {
    name: 'own-files',
    setup(build) {
      build.onResolve({ filter: /^devenv:files$/ }, ({ path }) => ({ path, namespace: 'devenv-files' }));
      build.onLoad({ filter: /.*/, namespace: 'devenv-files' }, () => ({
        contents: `export const templates = ${printMap(readTemplates(join(root, 'templates')))};
export const schemas = ${printMap(schemas.map((name) => [name, readFileSync(join(root, 'schemas', `${name}.schema.json`), 'utf8')]))};`,
      }));
    },
  };
}

const readTemplates = (folder: string): readonly (readonly [path: string, text: string])[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true, encoding: 'utf8' })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort()
    .map((path) => [relative(folder, path), readFileSync(path, 'utf8')] as const);

const printMap = (entries: readonly (readonly [string, string])[]): string => `new Map(${JSON.stringify(entries)})`;
