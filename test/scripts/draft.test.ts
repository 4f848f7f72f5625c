import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { draftCommand, draftError, draftProvider, type Draft } from '../../scripts/new/draft.ts';
import { example } from '../../scripts/new/provider.ts';
import { makeEnvironment } from '../providers/make-environment.ts';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string): Promise<string> => readFile(join(root, path), 'utf8');

/** Imports of a draft that lead nowhere. */
const findBroken = ({ files }: Draft): string[] =>
  Object.entries(files).flatMap(([path, text]) =>
    [...text.matchAll(/from '(\.[^']+)'/g)]
      .map(([, to = '']) => join(dirname(path), to))
      .filter((to) => !existsSync(join(root, to)) && !Object.hasOwn(files, to)),
  );

describe('the draft of a provider', () => {
  it('is the template under another name, with a case that it fulfils', async () => {
    const draft = await draftProvider('conda', read);
    expect(findBroken(draft)).toEqual([]);
    const text = draft.files['src/providers/conda.ts'] ?? '';
    expect(text).toContain("export const conda = {\n  name: 'conda',");
    expect(text.replaceAll('examples:', '')).not.toContain('example');
    const { environment, pins, steps } = JSON.parse(await read('scripts/new/provider-case.json')) as {
      readonly environment: object;
      readonly pins: Readonly<Record<string, string>>;
      readonly steps: readonly { readonly id: string; readonly title: string; readonly actions: readonly string[] }[];
    };
    const wanted = example.items(makeEnvironment(environment));
    const planned = example.plan(wanted, {}, makeEnvironment(), pins);
    expect(planned).toMatchObject(steps.map(({ id, title }) => ({ id, title })));
    expect(JSON.stringify(planned)).toContain('["example","install","--","other@1.2.3","tool@4.5.6"]');
    expect(example.plan({}, wanted, makeEnvironment(), {})).toMatchObject({ kind: 'rebuild' });
  });

  it.each(['Conda', 'a-b', '../x', ''])('is refused under the name %j', async (name) => {
    await expect(draftProvider(name, read)).rejects.toThrow('NAME is');
  });
});

describe('the draft of a command', () => {
  it('calls the use case of its own name', async () => {
    const draft = await draftCommand('show-all', 'versions', read);
    expect(findBroken(draft)).toEqual([]);
    const text = draft.files['src/commands/show-all.ts'] ?? '';
    expect(text).toContain("import { showAll } from '../versions/show-all.ts';");
    expect(text).toContain('export default class ShowAll extends BaseCommand');
    expect(draft.files['src/versions/show-all.ts']).toContain('export async function showAll(');
  });
});

describe('the draft of an error', () => {
  it('is one more line of the catalogue', async () => {
    const before = await read('src/errors/catalogue.ts');
    const { files } = await draftError('DISK_SLOW', 1, 'the disk is slow', read);
    const after = files['src/errors/catalogue.ts'] ?? '';
    expect(after.split('\n').length).toBe(before.split('\n').length + 1);
    expect(after).toContain("    DISK_SLOW: { title: 'the disk is slow' },\n  },\n  2: {");
    await expect(draftError('USAGE', 2, 'again', read)).rejects.toThrow('USAGE exists');
    await expect(draftError('lower', 2, 'a title', read)).rejects.toThrow('CODE is');
  });
});
