import { expect, it } from 'vitest';
import { readEnvironment } from '../../src/environment/read-environment.ts';
import { FakeHostFiles } from '../fakes/fake-host-files.ts';

const read = async (service: string, files: Readonly<Record<string, string>>) =>
  (
    await readEnvironment(
      new FakeHostFiles(Object.fromEntries(Object.entries(files).map(([path, text]) => [`/p/${path}`, text]))),
      '/p',
      `version: 1\nname: shop\nbase: debian:12\nservices: {web: {image: web, ${service}}}\n`,
      {},
    )
  ).services[0]?.env;

it('takes variables from files, later ones before earlier ones, and env before all', async () => {
  const files = { 'a.env': 'A=1\nB=1\nC=1\n', 'b.env': 'B=2\nC=2\n' };
  expect(await read('env_file: [a.env, b.env], env: {C: 3}', files)).toEqual({ A: '1', B: '2', C: '3' });
});

it('gives the workspace the text of its files as it is', async () => {
  const files = new FakeHostFiles({ '/p/.env': 'A="${PATH} $5"\nB=1\n' });
  const yaml = 'version: 1\nname: shop\nbase: debian:12\nenv_file: .env\nenv: {B: "${PATH}"}\n';
  expect((await readEnvironment(files, '/p', yaml, {})).env).toEqual({ A: '$${PATH} $$5', B: '${PATH}' });
});

it('goes on without a file that need not be there', async () => {
  expect(await read('env_file: [{path: local.env, required: false}], env: {A: 1}', {})).toEqual({ A: '1' });
});

it.each([
  ['is missing', {}, /services\.web\.env_file names the file web\.env, but the project has no such file/],
  ['is too large', { 'web.env': 'A'.repeat(300_000) }, /web\.env, which cannot be used: .*larger than/],
  ['is a folder', { 'web.env/x': '' }, /web\.env, which cannot be used: .*is a folder/],
  ['holds NUL', { 'web.env': 'A=x\0LD_PRELOAD=/x\n' }, /A holds NUL/],
  ['is broken', { 'web.env': 'OK=1\nA="x\n' }, /A has an opening quote/],
])('refuses a file that %s', async (_, files, message) => {
  await expect(read('env_file: web.env', files)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringMatching(message) as string,
  });
});

it('refuses more files than a command can read in a moment', async () => {
  const names = Array.from({ length: 101 }, () => 'web.env').join(', ');
  await expect(read(`env_file: [${names}]`, { 'web.env': 'A=1\n' })).rejects.toThrow(/names 101 files/);
});

it('refuses files that are small alone and huge together', async () => {
  const names = Array.from({ length: 50 }, () => 'web.env').join(', ');
  const text = `A=${'x'.repeat(200_000)}\n`;
  await expect(read(`env_file: [${names}]`, { 'web.env': text })).rejects.toThrow(/together larger than devenv reads/);
});

const readTools = async (files: Readonly<Record<string, string>>) => {
  const all = Object.fromEntries(Object.entries(files).map(([path, text]) => [`/p/${path}`, text]));
  const yaml = 'version: 1\nname: shop\nbase: debian:12\ntools: {node: {from: ./.nvmrc}}\n';
  return (await readEnvironment(new FakeHostFiles(all), '/p', yaml, {})).tools;
};

it('takes the version of a tool from a file, so that a change of it is a change of the plan', async () => {
  expect(await readTools({ '.nvmrc': 'v22.1\n' })).toEqual({ node: '22.1' });
  expect(await readTools({ '.nvmrc': 'lts/jod\n' })).toEqual({ node: '22' });
});

it.each([
  [{}, /names the file \.nvmrc, but the project has no such file/],
  [{ '.nvmrc': 'system' }, /asks for no version of node/],
])('refuses a file of a tool that tells nothing: %j', async (files, why) => {
  await expect(readTools(files)).rejects.toMatchObject({ code: 'CONFIG_INVALID', exitCode: 3 });
  await expect(readTools(files)).rejects.toThrow(why);
});
