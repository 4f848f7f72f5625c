import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { parseConfig } from '../../src/environment/parse.ts';
import { recallConfig } from '../../src/observe/recall-config.ts';
import { devcontainerRows, express } from '../environment/corpus/devcontainer-rows.ts';
import { makeContext } from '../fakes/make-context.ts';

const text = 'version: 1\nname: shop\nbase: debian:12\n';

async function open(build: string | undefined) {
  const { files, machine, fake } = makeContext();
  await files.makeFolder(machine.stateFolder);
  const stored = fake.files.files;
  const at = (id: string | undefined) => ({ files, machine: { ...machine, build: id } });
  const recall = async (from: string, id = build): Promise<string> => (await recallConfig(at(id), '/shop', from)).name;
  await recall(text);
  return { recall, stored };
}

/** Changes what an earlier command wrote down, so that it shows where a value comes from. */
const rename = (stored: Map<string, string>): void => {
  for (const [path, json] of stored) stored.set(path, json.replace('"name":"shop"', '"name":"recalled"'));
};

describe('recallConfig', () => {
  it('recalls what the same program parsed from the same text', async () => {
    const { recall, stored } = await open('one');
    rename(stored);
    expect(await recall(text)).toBe('recalled');
  });

  it('parses another text, and the same text in another program', async () => {
    const { recall, stored } = await open('one');
    rename(stored);
    expect([await recall(text, 'two'), await recall(`${text}env: {A: b}\n`)]).toEqual(['shop', 'shop']);
  });

  it.each(['', 'null', '{"build":"one"', '[]'])('parses if the record is damaged: %j', async (record) => {
    const { recall, stored } = await open('one');
    for (const path of stored.keys()) stored.set(path, record);
    expect(await recall(text)).toBe('shop');
  });

  it('remembers nothing if the program runs from its source, and no file that is not valid', async () => {
    expect((await open(undefined)).stored.size).toBe(0);
    const { recall, stored } = await open('one');
    const before = [...stored.values()];
    await expect(recall('version: 1\n')).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    expect([...stored.values()]).toEqual(before);
  });

  it.each(devcontainerRows)('gives for $name what the parser gives', async (row) => {
    const written = stringify(express(row));
    const { files, machine } = makeContext();
    await files.makeFolder(machine.stateFolder);
    const ports = { files, machine: { ...machine, build: 'one' } };
    await recallConfig(ports, '/shop', written);
    expect(await recallConfig(ports, '/shop', written)).toEqual(parseConfig(written, 'devenv.yaml'));
  });
});
