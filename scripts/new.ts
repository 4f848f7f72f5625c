import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { draftCommand, draftError, draftProvider, type Draft } from './new/draft.ts';

const usage = `Usage:
  npm run new provider NAME             a file in src/providers/ and its first case
  npm run new command NAME [ROOM]       a command and its use case in src/ROOM/; default workspace
  npm run new error CODE EXIT TITLE     an entry of the catalogue
`;

const root = resolve(import.meta.dirname, '..');

/** Writes the first draft of a part, and prints what is left to do. Overwrites nothing. */
async function main([kind, ...words]: readonly string[]): Promise<void> {
  const draft = await findDraft(kind, words);
  if (draft === undefined) throw new Error(usage);
  for (const [path, text] of Object.entries(draft.files)) {
    const file = join(root, path);
    await mkdir(dirname(file), { recursive: true });
    // wx: fails if the file exists.
    await writeFile(file, text, { flag: draft.replaces === path ? 'w' : 'wx' });
    console.log(`${draft.replaces === path ? 'changed' : 'new'}: ${path}`);
  }
  console.log(`\nNext:\n${draft.next.map((line) => `  ${line}\n`).join('')}`);
}

async function findDraft(kind: string | undefined, words: readonly string[]): Promise<Draft | undefined> {
  const read = (path: string): Promise<string> => readFile(join(root, path), 'utf8');
  const [first = '', second, ...rest] = words;
  if (first === '') return undefined;
  if (kind === 'provider') return draftProvider(first, read);
  if (kind === 'command') return draftCommand(first, second ?? 'workspace', read);
  if (kind === 'error') return draftError(first, Number(second), rest.join(' '), read);
  return undefined;
}

await main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
});
