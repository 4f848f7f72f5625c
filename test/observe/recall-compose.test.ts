import { describe, expect, it } from 'vitest';
import { readTree } from '../../src/environment/compose/read-tree.ts';
import { readProject } from '../../src/observe/project.ts';
import { recallCompose } from '../../src/observe/recall-compose.ts';
import { composeRows } from '../environment/corpus/compose-rows.ts';
import { makeContext } from '../fakes/make-context.ts';

const text = `services:
  db: &db
    image: postgres:16
    environment: {POSTGRES_PASSWORD: "\${PASSWORD}", A: "$$"}
    ports: [5432, "80"]
  other:
    <<: *db
    command:
`;

async function open(build: string | undefined = 'one') {
  const { files, machine, fake } = makeContext();
  await files.makeFolder(machine.stateFolder);
  const stored = fake.files.files;
  const parse = async (from: string, id = build, path = 'compose.yaml', base = '.') => {
    const { parse: read, keep } = recallCompose({ files, machine: { ...machine, build: id } }, '/shop');
    const tree = await read(from, path, base);
    await keep();
    return tree;
  };
  await parse(text);
  return { parse, stored };
}

/** The tree as text. */
const print = (tree: Awaited<ReturnType<Awaited<ReturnType<typeof open>>['parse']>>): string =>
  JSON.stringify([...tree.entries.values()], (_, value: unknown) => (value instanceof Map ? [...value] : value));

/** Changes what an earlier command wrote down, so that it shows where a value comes from. */
const rename = (stored: Map<string, string>): void => {
  for (const [path, json] of stored) stored.set(path, json.replaceAll('postgres:16', 'recalled:1'));
};

describe('recallCompose', () => {
  it('recalls what the same program parsed from the same text', async () => {
    const { parse, stored } = await open();
    rename(stored);
    expect(print(await parse(text))).toContain('recalled:1');
  });

  it('parses another text, path or folder, and the same text in another program', async () => {
    const others: [text: string, build?: string, path?: string, base?: string][] = [
      [`${text}\n`],
      [text, 'two'],
      [text, 'one', 'b.yaml'],
      [text, 'one', 'compose.yaml', 'a'],
    ];
    for (const other of others) {
      const { parse, stored } = await open();
      rename(stored);
      expect(print(await parse(...other))).toContain('postgres:16');
    }
  });

  it.each(['', 'null', '{"build":"one"', '{"build":"one"}', '{"build":"one","trees":[]}'])(
    'parses if the record is damaged: %j',
    async (record) => {
      const { parse, stored } = await open();
      for (const path of stored.keys()) stored.set(path, record);
      expect(print(await parse(text))).toContain('postgres:16');
    },
  );

  it('remembers nothing if the program runs from its source, and no file that is not valid', async () => {
    const source = makeContext();
    await source.files.makeFolder(source.machine.stateFolder);
    const { parse: read, keep } = recallCompose(
      { ...source, machine: { ...source.machine, build: undefined } },
      '/shop',
    );
    await read(text, 'compose.yaml', '.');
    await keep();
    expect(source.fake.files.files.size).toBe(0);
    const { parse, stored } = await open();
    const before = [...stored.values()];
    await expect(parse('services: [')).rejects.toThrow();
    expect([...stored.values()]).toEqual(before);
  });

  it('keeps no value of an .env file or of the person', async () => {
    const made = makeContext({
      'devenv.yaml': 'version: 1\nname: shop\nbase: debian:12\ncompose: {file: compose.yaml, variables: [LENT]}\n',
      'compose.yaml': `${text}    environment: {B: "\${LENT}"}\n`,
      '.env': 'PASSWORD=from-the-env-file\n',
    });
    const machine = { ...made.machine, build: 'one' };
    await made.files.makeFolder(machine.stateFolder);
    const project = await readProject({ ...made, machine, variables: { LENT: 'from-the-person' } });
    expect(JSON.stringify(project.environment)).toContain('from-the-env-file');
    expect(JSON.stringify(project.environment)).toContain('from-the-person');
    const kept = [...made.fake.files.files].flatMap(([path, json]) =>
      path.startsWith(machine.stateFolder) ? [json] : [],
    );
    expect(kept.join()).toContain('postgres:16');
    expect(kept.join()).not.toContain('from-the');
  });

  it('keeps no record that is too large to be read again', async () => {
    const { parse, stored } = await open();
    const before = [...stored.values()].map((json) => json.length);
    const large = `x-0: &x [${'"a long text that every one of many keys repeats", '.repeat(140)}]\n`;
    const aliases = Array.from({ length: 90 }, (_, index) => `x-${String(index + 1)}: *x\n`).join('');
    await parse(`services:\n  db: {image: "postgres:16"}\n${large}${aliases}`);
    expect([...stored.values()].map((json) => json.length)).toEqual(before);
  });

  it('keeps no tree whose paths are far longer than its text', async () => {
    const { parse, stored } = await open();
    const before = [...stored.values()];
    const keys = Array.from({ length: 40 }, (_, depth) => `${' '.repeat(depth + 1)}${'k'.repeat(1000)}:\n`);
    const lists = Array.from({ length: 11 }, (_, index) => `${' '.repeat(41)}p${String(index)}: *a\n`);
    const deep = `${keys.join('')}${' '.repeat(41)}p: &a [${'a, '.repeat(1500)}]\n${lists.join('')}`;
    await parse(`services:\n  db: {image: "postgres:16"}\nx-deep:\n${deep}`);
    expect([...stored.values()]).toEqual(before);
  });

  it('keeps no record that has more bytes than can be read again', async () => {
    const { parse, stored } = await open();
    const before = [...stored.values()];
    await parse(
      `services:\n  db: {image: "postgres:16"}\nx-long: "${'日'.repeat(10_000)}"\nx-more: &a "${'本'.repeat(5000)}"\n${Array.from({ length: 90 }, (_, index) => `x-${String(index)}: *a\n`).join('')}`,
    );
    expect([...stored.values()]).toEqual(before);
  });

  it.each(composeRows)('gives for $name what the parser gives', async ({ given: { compose } }) => {
    const { parse } = await open();
    const written = typeof compose === 'string' ? compose : (Object.values(compose)[0] ?? '');
    await parse(written);
    expect(await parse(written)).toEqual(readTree(written, 'compose.yaml', '.'));
  });
});
