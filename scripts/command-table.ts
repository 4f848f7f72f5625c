import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';

/**
 * The module `devenv:commands`: the files of a folder that hold a command,
 * as the table that main looks commands up in. `a/b.ts` is the command `a b`.
 */
export function commandTable(folder: string): Plugin {
  return {
    name: 'command-table',
    setup(build) {
      build.onResolve({ filter: /^devenv:commands$/ }, ({ path }) => ({ path, namespace: 'devenv' }));
      build.onLoad({ filter: /.*/, namespace: 'devenv' }, () => {
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
}
