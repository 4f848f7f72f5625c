import { describe, expect, it } from 'vitest';
import { DevenvError } from '../../../src/errors/devenv-error.ts';
import type { Context } from '../../../src/ports/context.ts';
import { importFile } from '../../../src/share/import.ts';
import { init } from '../../../src/share/init.ts';
import { cpuTime } from '../../cpu-time.ts';
import { makeContext } from '../../fakes/make-context.ts';

const git = { judgeFile: () => Promise.resolve('no repository') } as unknown as Context['git'];

/** Bytes: work that grows with their square takes seconds. */
const size = 60_000;
const fill = (text: string): string => text.repeat(Math.ceil(size / text.length));

/** What a file can repeat. */
const units = [
  ...['\n', ' ', 'a', ':', ',', ',\n', '${', '${a:', '${localEnv:', '-a ', 'apt ', 'apt -', ':/', '=>', ' && ', '\\\n'],
];
const texts = units.flatMap((unit) => [fill(unit), `${fill(unit)}x`, `x${fill(unit)}/`]);

/** Milliseconds of import and init. Both may refuse the file, with an error for people. */
async function read(file: string, text: string): Promise<number> {
  const context = () => makeContext({ [file]: text }, { ports: { git } });
  const start = cpuTime();
  for (const run of [
    () => importFile(context(), { file, check: true }),
    () => init(context(), { templates: new Map() }),
  ])
    await run().catch((error: unknown) => expect(error).toBeInstanceOf(DevenvError));
  return cpuTime() - start;
}

const json = (value: object): string => JSON.stringify({ image: 'a', ...value });

/** Files with a text in each place that is looked at. */
const files: Readonly<Record<string, (text: string) => readonly [file: string, text: string]>> = {
  'a devcontainer.json': (text) => ['.devcontainer.json', text],
  'its name': (text) => ['.devcontainer.json', json({ name: text })],
  'its commands': (text) => ['.devcontainer.json', json({ postCreateCommand: text, postStartCommand: { a: text } })],
  'its mounts': (text) => ['.devcontainer.json', json({ mounts: [text], workspaceMount: text, workspaceFolder: text })],
  'its flags': (text) => ['.devcontainer.json', json({ runArgs: ['-v', text, '-e', text, '--hostname', text] })],
  'its variables': (text) => ['.devcontainer.json', json({ containerEnv: { A: text } })],
  'its Features': (text) => [
    '.devcontainer.json',
    json({ features: { [text]: {} }, overrideFeatureInstallOrder: [text] }),
  ],
  'its build': (text) => [
    '.devcontainer.json',
    json({ build: { dockerfile: text, context: text, args: { A: text } } }),
  ],
  'a Dockerfile': (text) => ['Dockerfile', `FROM a\nEXPOSE ${text}`],
  'a Vagrantfile': (text) => [
    'Vagrantfile',
    `x.vm.network "forwarded_port", guest:${text}\nx.vm.provision "shell", inline:${text}`,
  ],
  'a compose file': (text) => [
    'compose.yaml',
    JSON.stringify({
      services: { a: { image: 'a', command: ['sleep infinity', text], build: { args: { A: text } } } },
    }),
  ],
  'a README': (text) => ['README.md', `apt install ${text}`],
  'a workflow': (text) => [
    '.github/workflows/a.yml',
    JSON.stringify({ jobs: { a: { steps: [{ run: `apt install ${text}` }] } } }),
  ],
  'images of a Dockerfile': (text) => ['Dockerfile', `FROM node:1${text}\nFROM ${text}`],
  ...Object.fromEntries(
    ['pyproject.toml', 'requirements.txt', 'Gemfile', 'pom.xml', 'Makefile'].map((name) => [
      name,
      (text: string): readonly [string, string] => [name, text],
    ]),
  ),
};

describe('files of strangers', () => {
  it.each(Object.keys(files))('takes no time with %s', async (name) => {
    for (const text of texts) {
      const [file, whole] = files[name]?.(text) ?? ['', ''];
      expect(await read(file, whole), JSON.stringify(text.slice(0, 20))).toBeLessThan(500);
    }
  });

  it.each([
    ['lists in lists', `{"image": "a", "initializeCommand": ${'['.repeat(size)}${']'.repeat(size)}}`],
    ['lists in flags', `{"image": "a", "runArgs": ["--cap-add", ${'['.repeat(size)}${']'.repeat(size)}]}`],
    ['lists of capabilities', `{"image": "a", "capAdd": [${'['.repeat(size)}${']'.repeat(size)}]}`],
    ['unknown fields', json(Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`f${String(index)}`, 1])))],
    ['ports', json({ forwardPorts: Array.from({ length: 5_000 }, (_, index) => 1024 + index) })],
    [
      'variables that are refused',
      json({
        containerEnv: Object.fromEntries(Array.from({ length: 190 }, (_, index) => [`a ${String(index)}`, 'x'])),
      }),
    ],
  ])('refuses many %s at once', async (_, text) => {
    expect(await read('.devcontainer.json', text)).toBeLessThan(3_000);
  });

  it('reads long scripts of a Vagrantfile', async () => {
    expect(await read('Vagrantfile', `$setup = <<~END\n${fill('a\n').repeat(4)}END\n`)).toBeLessThan(500);
  });

  it('reads of many workflows only so much', async () => {
    const steps = Array.from({ length: 6_000 }, () => ({ run: 'apt install git' }));
    const text = JSON.stringify({ jobs: { a: { steps } } });
    const all = Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [`.github/workflows/${String(index)}.yml`, text]),
    );
    const start = cpuTime();
    await init(makeContext(all, { ports: { git } }), { templates: new Map() }).catch((error: unknown) =>
      expect(error).toBeInstanceOf(DevenvError),
    );
    expect(cpuTime() - start).toBeLessThan(2_000);
  });
});
