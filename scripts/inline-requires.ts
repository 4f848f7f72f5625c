import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/** What TypeScript emits at the head of a CommonJS file for `import … from '…'`. */
const header = /^const (\w+_\d+) = ((?:__import(?:Default|Star)\()?require\("[^"]+"\)\)?);$/gm;

/**
 * oclif's files require all they might ever use when they are loaded, 60 ms
 * of it. This turns each such line into a function that requires at first
 * use; every use is a property access, which is how TypeScript emits them.
 */
export const inlineRequires: Plugin = {
  name: 'inline-requires',
  setup(build) {
    build.onLoad({ filter: /@oclif[\\/]core[\\/]lib[\\/].*\.js$/ }, async ({ path }) => ({
      contents: inline(await readFile(path, 'utf8')),
      loader: 'js',
    }));
  },
};

function inline(source: string): string {
  const names: string[] = [];
  const lazy = source.replace(header, (_, name: string, load: string) => {
    names.push(name);
    return `let $${name}; const ${name} = () => ($${name} ??= ${load});`;
  });
  if (names.length === 0) return source;
  const name = `(?<![$\\w])(${names.join('|')})`;
  return lazy
    .replace(new RegExp(`\\bnew ${name}((?:\\.\\w+)+)`, 'g'), 'new ($1()$2)')
    .replace(new RegExp(`${name}\\.`, 'g'), '$1().');
}
