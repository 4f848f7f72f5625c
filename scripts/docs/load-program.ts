import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import type { prepareArguments, findCommand } from '../../src/start/find-command.ts';
import type { showHelp } from '../../src/start/show-help.ts';
import type { commands } from 'devenv:commands';
import { commandTable } from '../command-table.ts';
import { product } from '../bundled/bundle-program.ts';
import { ownFiles } from '../own-files.ts';

const root = resolve(import.meta.dirname, '../..');

/** The command table of the program, and what finds and explains a command. */
export interface Program {
  readonly commands: typeof commands;
  readonly findCommand: typeof findCommand;
  readonly prepareArguments: typeof prepareArguments;
  readonly showHelp: typeof showHelp;
}

const entry = `
export { commands } from 'devenv:commands';
export { findCommand, prepareArguments } from './find-command.ts';
export { showHelp } from './show-help.ts';
`;

/** Bundles the commands from their sources, as the build does, and loads them. Needs no built program. */
export async function loadProgram(): Promise<Program> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    stdin: { contents: entry, resolveDir: join(root, 'src/start'), loader: 'ts' },
    write: false,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['typescript'],
    plugins: [commandTable(join(root, 'src/commands')), ownFiles(root)],
    logLevel: 'error',
  });
  const place = mkdtempSync(join(tmpdir(), 'devenv-docs-'));
  try {
    const file = join(place, 'program.cjs');
    writeFileSync(file, outputFiles[0]?.contents ?? '');
    return createRequire(file)(file) as Program;
  } finally {
    rmSync(place, { recursive: true });
  }
}

/** The help screen of a command (`['snapshot', 'push']`), 80 columns wide and without colours. */
export async function readHelp(program: Program, words: readonly string[]): Promise<string> {
  const { columns } = process.stdout;
  const { NO_COLOR } = process.env;
  const write = process.stdout.write.bind(process.stdout);
  let text = '';
  process.env['NO_COLOR'] = '1';
  process.stdout.columns = 80;
  process.stdout.write = (chunk: string | Uint8Array): boolean => {
    text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
    return true;
  };
  try {
    await program.showHelp(words, { ...product, id: 'docs', words: ['devenv'] });
  } finally {
    process.stdout.write = write;
    process.stdout.columns = columns;
    if (NO_COLOR === undefined) delete process.env['NO_COLOR'];
    else process.env['NO_COLOR'] = NO_COLOR;
  }
  return text.trim();
}
