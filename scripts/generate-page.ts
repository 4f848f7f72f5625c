import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { transformSync } from 'esbuild';
import { writeGenerated } from './write-generated.ts';

const folder = resolve(import.meta.dirname, '../src/screen/report/page');

/** The styles and the script of the team's page, with the hashes by which its policy allows them. With --check it compares them. */
const read = (name: string, loader: 'css' | 'js'): string =>
  transformSync(readFileSync(join(folder, name), 'utf8'), {
    loader,
    minify: true,
    target: ['es2022', 'chrome110', 'firefox110', 'safari16'],
  }).code;

const print = (name: string, text: string): string =>
  `export const ${name} = {\n  text: ${JSON.stringify(text)},\n  hash: 'sha256-${createHash('sha256').update(text).digest('base64')}',\n};\n`;

const note = '// Made by `npm run generate` from src/screen/report/page.\n';
writeGenerated({
  'src/screen/report/generated/page.ts':
    note + print('style', read('page.css', 'css')) + print('script', read('page.js', 'js')),
});
