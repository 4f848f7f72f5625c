import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadProgram, type Program } from '../../scripts/docs/load-program.ts';
import { parseConfig } from '../../src/environment/parse.ts';
import { parseMachine } from '../../src/environment/parse-machine.ts';
import { parsePersonal } from '../../src/environment/parse-personal.ts';
import { catalogue } from '../../src/errors/catalogue.ts';
import { checkCommandLine, checkMention } from './check-command-line.ts';
import { readPage, readPages, root } from './read-pages.ts';
import { splitShellLine } from './split-shell-line.ts';

const pages = readPages();
const blocks = pages.flatMap((page) => page.blocks);
const inLanguage = (language: string) => blocks.filter((block) => block.language === language);

/** What a fragment of devenv.yaml needs to be a whole file. */
const rest = { version: '1', name: 'example', base: 'debian:bookworm-slim' };

function complete(fragment: string): string {
  const keys = parse(fragment) as object;
  const missing = Object.entries(rest).filter(([key]) => !Object.hasOwn(keys, key));
  return `${missing.map(([key, value]) => `${key}: ${value}\n`).join('')}${fragment}`;
}

describe('blocks of the documentation', () => {
  it('are of a language that is checked', () => {
    const unknown = blocks.filter(({ language }) => !['sh', 'yaml', 'text', 'mermaid', 'ts'].includes(language));
    expect(unknown.map(({ at, language }) => `${at} ${language}`)).toEqual([]);
    const fences = pages.flatMap(({ text }) => text.match(/^```/gm) ?? []);
    expect(fences).toHaveLength(blocks.length * 2);
  });

  it.each(inLanguage('yaml').map((block) => [block.at, block] as const))('%s is valid', (at, { marker, text }) => {
    if (marker === 'personal') parsePersonal(text, at, '/home/me');
    else if (marker === 'machine') parseMachine(text, at);
    else if (marker === 'fragment') parseConfig(complete(text), at);
    else {
      expect(marker).toBe('');
      parseConfig(text, at);
    }
  });
});

describe('command lines of the documentation', () => {
  let program: Program;
  beforeAll(async () => {
    program = await loadProgram();
  });

  it.each(inLanguage('sh').map((block) => [block.at, block.text] as const))('%s can be run', async (_, text) => {
    for (const line of text.replaceAll('\\\n', ' ').split('\n')) await checkCommandLine(program, line);
  });

  it.each(pages.map((page) => [page.path, page.prose] as const))('%s names commands that exist', async (_, prose) => {
    for (const [, line = ''] of prose.matchAll(/`((?:TEAMVM_\w+=\S* )?devenv [^`]+)`/g)) {
      if (line === 'devenv COMMAND --help') continue;
      await checkMention(program, line);
    }
  });

  it.each(Object.entries(catalogue))('the hint of %s names commands that exist', async (_, { hint }) => {
    for (const [, line = ''] of hint.matchAll(/`((?:TEAMVM_\w+=\S* )?devenv [^`]+)`/g)) {
      await checkMention(program, line);
    }
  });

  it('are right wherever a message, a question or a schema names one', async () => {
    const wrong: string[] = [];
    const mentions = listMentions().filter(({ line }) => line !== 'devenv 1');
    expect(mentions.length).toBeGreaterThan(80);
    for (const { file, line } of mentions) {
      await checkMention(program, line).catch(() => wrong.push(`${file}: ${line}`));
    }
    expect(wrong).toEqual([]);
  });

  it.each(['devenv upp', 'devenv up --nmae x', 'devenv rollback two', 'devenv rollback', 'devenv logs a b', 'dvnv up'])(
    'are refused by the check itself if they are wrong: %s',
    async (line) => {
      await expect(checkCommandLine(program, line)).rejects.toThrow();
    },
  );
});

/** Every command line in backticks in a string of the program, with `1` for a value that is filled in. */
function listMentions(): readonly { readonly file: string; readonly line: string }[] {
  const folders = ['src', 'scripts/schema', 'templates'];
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(ts|yaml)$/.test(file) && !file.startsWith('environment/generated'))
      .map((file) => join(folder, file)),
  );
  return files.flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8').replaceAll(/^\s*(\/\/|\/?\*).*$/gm, '');
    return [
      ...text.matchAll(/\\?`((?:TEAMVM_\w+=\S* )?devenv (?:[^`\\$]|\$\{(?:[^{}`]|\{[^}]*\})*\}|\$(?!\{))+)\\?`/g),
    ].map(([, line = '']) => ({ file, line: line.replaceAll(/\$\{[^}]*\}/g, '1') }));
  });
}

describe('the README', () => {
  const readme = readPage('README.md');

  it('has at most 8 kB', () => {
    expect(Buffer.byteLength(readme.text)).toBeLessThanOrEqual(8 * 1024);
  });

  it('keeps the two commands of the set-up', () => {
    const lines = readme.blocks[0]?.text.split('\n').map((line) => line.replace(/\s*#.*/, ''));
    expect(lines?.slice(0, 2)).toEqual(['npm ci && bin/devenv.js up --yes', 'npm ci && npm test']);
  });
});

describe('splitShellLine', () => {
  it.each([
    ['a "b c" && d | e > f # g', [['a', 'b c'], ['d'], ['e']]],
    [
      'X=1 devenv commit --allow /k="for tests" -m \'a # b\'',
      [['devenv', 'commit', '--allow', '/k=for tests', '-m', 'a # b']],
    ],
    ['# only a comment', []],
  ])('splits %s', (line, words) => {
    expect(splitShellLine(line).map((command) => command.words)).toEqual(words);
  });
});
