import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

/** A fenced block of a page. */
export interface Block {
  /** `docs/guides/services.md:12`: the file and the line of the fence. */
  readonly at: string;
  readonly language: string;
  /** What follows the language: `fragment` in "```yaml fragment". */
  readonly marker: string;
  readonly text: string;
}

export interface Page {
  /** Relative to the repository. */
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  /** The text without its fenced blocks. */
  readonly prose: string;
}

/** Every page for people that this repository has, decision records aside. */
export function readPages(): readonly Page[] {
  const below = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' });
  const pages = ['README.md', 'CONTRIBUTING.md', 'native/README.md', ...below.map((file) => `docs/${file}`)];
  return pages
    .filter((path) => path.endsWith('.md'))
    .sort()
    .map(readPage);
}

export function readPage(path: string): Page {
  const text = readFileSync(join(root, path), 'utf8');
  const blocks = [...text.matchAll(/^```(\w+) *(.*)\n([^]*?)^```$/gm)].map((found): Block => {
    const [, language = '', marker = '', body = ''] = found;
    const line = text.slice(0, found.index).split('\n').length;
    return { at: `${path}:${String(line)}`, language, marker, text: body };
  });
  return { path, text, blocks, prose: text.replaceAll(/^```[^]*?^```$/gm, '') };
}
