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
      contents: inline(await readFile(path, 'utf8'), header),
      loader: 'js',
    }));
  },
};

/** A bundle's imports of other chunks and of Node's modules, as esbuild turns them into CommonJS. */
const importHeader = /^var (import_\w+) = ((?:__toESM\()?require\("[^"]+"\)(?:, 1)?\)?);$/gm;

/** The same for a chunk of the program: it loads another one, or a module of Node, when it first uses it. */
export const inlineImports = (source: string): string => inline(source, importHeader);

function inline(source: string, head: RegExp): string {
  const names: string[] = [];
  const lazy = source.replace(head, (_, name: string, load: string) => {
    names.push(name);
    return `var $${name}, ${name} = () => ($${name} ??= ${load});`;
  });
  if (names.length === 0) return source;
  const name = `(?<![$\\w])(${names.join('|')})`;
  const inlined = lazy
    .replace(new RegExp(`\\bnew ${name}((?:\\.\\w+)+)`, 'g'), 'new ($1()$2)')
    .replace(new RegExp(`${name}\\.`, 'g'), '$1().');
  const whole = new RegExp(`${name}(?!\\w|\\(\\)| = \\(\\) =>)`).exec(inlined);
  if (whole !== null) throw new Error(`A module is used as a whole, not by its properties: ${whole[0]}`);
  return inlined;
}
