import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';

const root = resolve(import.meta.dirname, '..');
const folder = join(root, 'src/commands');

/** The files of src/commands that hold a command become the table that main looks commands up in. */
const commandTable: Plugin = {
  name: 'command-table',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^devenv:commands$/ }, ({ path }) => ({ path, namespace: 'devenv' }));
    onLoad({ filter: /.*/, namespace: 'devenv' }, () => {
      const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
        .filter((file) => /^export default class /m.test(readFileSync(join(folder, file), 'utf8')))
        .sort();
      const rows = files.map((file) => {
        const id = file.slice(0, -'.ts'.length).replaceAll(/[\\/]/g, ':');
        return `${JSON.stringify(id)}: () => import(${JSON.stringify(`./${file}`)}),`;
      });
      return { contents: `export const commands = {\n${rows.join('\n')}\n};`, resolveDir: folder };
    });
  },
};

rmSync(join(root, 'dist'), { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: ['src/main.ts'],
  outfile: 'dist/main.cjs',
  bundle: true,
  minify: true,
  keepNames: true,
  platform: 'node',
  target: 'node20.19',
  format: 'cjs',
  // oclif asks for it only to run commands written in TypeScript, which a built program has none of.
  external: ['typescript'],
  plugins: [commandTable],
  legalComments: 'none',
  logLevel: 'warning',
});
