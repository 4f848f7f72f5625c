import { assert, asyncProperty, constantFrom, object, oneof, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readEnvironment } from '../../src/environment/read-environment.ts';
import type { Context } from '../../src/ports/context.ts';
import { importFile, type ImportResult } from '../../src/share/import.ts';
import { init } from '../../src/share/init.ts';
import { makeContext, type FakeContext } from '../fakes/make-context.ts';

const git = { judgeFile: () => Promise.resolve('no repository') } as unknown as Context['git'];
const open = (files: Readonly<Record<string, string>>): FakeContext => makeContext(files, { ports: { git } });

async function check(file: string, text: string, more: Readonly<Record<string, string>> = {}): Promise<ImportResult> {
  return importFile(open({ [file]: text, ...more }), { file, check: true });
}

const yamlOf = ({ yaml }: ImportResult): unknown => parse(yaml);
const verdicts = ({ fields }: ImportResult) => Object.fromEntries(fields.map(({ name, verdict }) => [name, verdict]));

it('suggests the file nearest to a mistyped one', async () => {
  const context = open({ '.devcontainer/devcontainer.json': '{}' });
  const attempt = importFile(context, { file: '.devcontainer/devcontainer.jsn', check: true });
  await expect(attempt).rejects.toMatchObject({
    code: 'USAGE',
    suggestions: ['Did you mean .devcontainer/devcontainer.json?'],
  });
});

it.each([
  [
    undefined,
    'Name the file to import.',
    'It has .devcontainer/devcontainer.json, compose.yaml: `devenv import FILE`.',
  ],
  ['.', 'Name the file to import.', 'It has .devcontainer/devcontainer.json, compose.yaml: `devenv import FILE`.'],
  [
    '.devcontainer',
    '.devcontainer is a folder, not a file.',
    'It has .devcontainer/devcontainer.json: `devenv import .devcontainer/devcontainer.json`.',
  ],
  ['src', 'src is a folder, not a file.', expect.stringMatching(/^It imports devcontainer.json, compose files/)],
])('names the files that can be imported if the person names %s', async (file, message, hint) => {
  const files = { '.devcontainer/devcontainer.json': '{}', 'compose.yaml': '', 'src/main.ts': '' };
  const context = open(files);
  for (const folder of ['src', '.devcontainer']) await context.fake.files.makeFolder(`/shop/${folder}`);
  await expect(importFile(context, { file, check: true })).rejects.toMatchObject({
    ...{ code: 'USAGE', message, suggestions: [hint] },
  });
});

it('says which name a variable of .env needs inside the workspace, and shows no value', async () => {
  const compose = `services:
  web: {build: ., ports: ["3000:3000"]}
  db: {image: "postgres:16", ports: ["15432:5432"]}
  cache: {image: redis, ports: ["127.0.0.1:6379:6379"]}
  queue: {image: "example.com/team/rabbitmq:3", ports: [{published: 5673, target: 5672}]}
`;
  const env = `WEB_URL=http://localhost:3000
DATABASE_URL="postgres://ada:geheim@localhost:15432/shop?sslmode=off"
CACHE_HOST=127.0.0.1
CACHE_PORT=6379
QUEUE=amqp://localhost
OTHER=localhost:9999
FAR=postgres://example.com/localhost:5432
`;
  const { fields } = await check('compose.yaml', compose, { '.env': env });
  const told = fields.filter(({ name }) => name.startsWith('.env'));
  expect(told).toEqual([
    { name: '.env: DATABASE_URL', verdict: 'reference', to: 'localhost:15432 there is db:5432 in the workspace' },
    { name: '.env: CACHE_HOST', verdict: 'reference', to: '127.0.0.1 there is cache:6379 in the workspace' },
    { name: '.env: QUEUE', verdict: 'reference', to: 'localhost there is queue:5672 in the workspace' },
  ]);
  expect(JSON.stringify(told)).not.toContain('geheim');
});

it.each(['.env', '.env.example'])('says the same in the devenv.yaml that init writes, of %s', async (path) => {
  const context = open({
    'compose.yaml': 'services: {db: {image: "postgres:16"}}\n',
    [path]: 'DB=postgres://a:b@localhost/x\n',
  });
  context.fake.prompt.selects = (choices) => choices.map(({ value }) => value);
  await init(context, { templates: new Map() });
  expect(context.fake.files.files.get('/shop/devenv.yaml')).toContain(
    `# compose.yaml; localhost in DB (${path}) is db:5432 in the workspace\n`,
  );
});

describe('import of devcontainer.json', () => {
  it('reads comments, commas, repeated keys and text before the brace', async () => {
    const text =
      'https://example.com\n{ // x\n "image": "a:1", /* { */ "image": "a:2", "postCreateCommand": "echo //no",\n}\n';
    expect(yamlOf(await check('.devcontainer.json', text))).toMatchObject({
      base: 'a:2',
      hooks: { create: 'echo //no' },
    });
  });

  it.each([
    ['mkdir -p ~/.m2 && cd ${localWorkspaceFolder}', 'mkdir -p ~/.m2 && cd .'],
    [['touch', 'a b'], "touch 'a b'"],
    [{ one: 'make one', two: ['make', 'two'] }, 'make one\nmake two'],
  ])('keeps what would run on the machine to be shown: %j', async (command, prepare) => {
    const result = await check('.devcontainer.json', JSON.stringify({ image: 'a', initializeCommand: command }));
    expect(result.fields.at(-1)).toEqual({ name: 'initializeCommand', verdict: 'mapped', to: 'prepare' });
    expect(yamlOf(result)).toEqual({ version: 1, name: 'shop', base: 'a', prepare });
  });

  it('opens forwarded ports of services', async () => {
    const json = {
      ...{ dockerComposeFile: 'compose.yaml', service: 'app', workspaceFolder: '/w' },
      forwardPorts: [3000, 'db:5432', 'app:4000', 'localhost:4001', 'gone:1'],
    };
    const compose = 'services: {app: {image: a, volumes: [".:/w"]}, db: {image: b}}';
    const result = await check('.devcontainer.json', JSON.stringify(json), { 'compose.yaml': compose });
    expect(yamlOf(result)).toMatchObject({
      compose: { file: 'compose.yaml', workspace: 'app', ports: { db: [5432] } },
      ports: [3000, 4000, 4001],
    });
    expect(verdicts(result)).toMatchObject({
      'forwardPorts: db:5432': 'reference',
      'forwardPorts: gone:1': 'unmapped',
    });
  });

  it('takes a compose file whose .env each person makes, and names it', async () => {
    const context = open({
      'compose.yaml': 'services: {web: {image: a, env_file: .env}, db: {image: b, env_file: [.env, db.env]}}\n',
      '.env.example': 'A=\n',
    });
    const { yaml } = await importFile(context, { file: 'compose.yaml', service: 'web', check: true });
    expect(parse(yaml)).toMatchObject({ base: 'a', compose: { file: 'compose.yaml', workspace: 'web' } });
    expect(context.fake.progress.said).toEqual([
      'The project has no file .env yet. Create it before `devenv up`, for instance as a copy of .env.example.',
      'The project has no file db.env yet. Create it before `devenv up`.',
    ]);
  });

  it('refuses a service that the compose file does not have', async () => {
    const compose = { 'compose.yaml': 'services: {web: {image: a}, db: {image: b}}\n' };
    const wrong = importFile(open(compose), { file: 'compose.yaml', service: 'wbe', check: true });
    await expect(wrong).rejects.toMatchObject({ code: 'USAGE', suggestions: ['Did you mean web? It has: web, db.'] });
  });

  it('runs the commands of the first start one after the other', async () => {
    const json = {
      image: 'a',
      onCreateCommand: ['echo', 'a b'],
      updateContentCommand: 'make # all',
      postCreateCommand: { x: 'make x', y: ['make', 'y'] },
    };
    const { hooks } = yamlOf(await check('.devcontainer.json', JSON.stringify(json))) as { hooks: object };
    expect(hooks).toEqual({
      create: "echo 'a b' && { make # all\n} && make x && make y",
      update: 'make # all',
    });
  });

  it('maps mounts, variables and flags', async () => {
    const json = {
      image: 'a',
      workspaceFolder: '/workspaces/${localWorkspaceFolderBasename}/api',
      workspaceMount: 'source=${localWorkspaceFolder},target=/workspaces/${localWorkspaceFolderBasename},type=bind',
      mounts: [
        'source=${localWorkspaceFolderBasename}-modules,target=${containerWorkspaceFolder}/node_modules,type=volume',
        { type: 'volume', target: '/cache' },
        { type: 'bind', source: '${localEnv:HOME}/.aws', target: '/home/dev/.aws', readonly: true },
        'source=${localEnv:ELSEWHERE},target=/e,type=bind',
        'type=tmpfs,target=/t',
      ],
      remoteEnv: { COST: '5$', HOMES: '${localEnv:HOME}', GONE: null },
      runArgs: [
        '-v',
        '/var/run/docker.sock:/var/run/docker.sock',
        '--shm-size=1GB',
        '-e',
        'TERM',
        '--pids-limit=10',
        '-p',
        '8080:80',
      ],
    };
    const result = await check('.devcontainer.json', JSON.stringify(json));
    expect(yamlOf(result)).toMatchObject({
      folder: '/workspaces/shop',
      volumes: ['shop-modules:/workspaces/shop/node_modules', '/cache', '~/.aws:/home/dev/.aws:ro'],
      env: { COST: '5$$', HOMES: '${host:HOME:-}', TERM: '${host:TERM:-}' },
      docker: 'host',
      limits: { shm: '1g' },
      ports: ['8080:80'],
    });
    expect(result.fields.filter(({ verdict }) => verdict === 'unmapped').map(({ name }) => name)).toEqual([
      'mounts',
      'mounts',
      'remoteEnv.GONE',
      'runArgs: --pids-limit',
    ]);
  });

  it('writes the source of each line beside it, and of a block above it', async () => {
    const json = {
      build: { dockerfile: 'Dockerfile', args: { VARIANT: 'a long text that does not fit on the line' } },
      init: true,
    };
    const { yaml } = await check('.devcontainer/devcontainer.json', JSON.stringify(json), {
      '.devcontainer/Dockerfile': 'FROM a\n',
    });
    const from = '.devcontainer/devcontainer.json';
    expect(yaml.split('\n').slice(4)).toEqual([
      ...['version: 1', 'name: shop', '', `# ${from} (build.dockerfile)`, 'base:'],
      ...['  dockerfile: .devcontainer/Dockerfile', '  context: .devcontainer'],
      ...['  args: { VARIANT: a long text that does not fit on the line }', `init: true # ${from} (init)`, ''],
    ]);
  });

  it('takes the place, the base and the user of the service of compose files', async () => {
    const compose =
      'services:\n  app: {build: {context: .., dockerfile: .devcontainer/Dockerfile, args: {V: "${V:-3}"}}, user: vscode, volumes: ["..:/workspaces/shop:cached"], command: sleep infinity}\n  db: {image: "postgres:16"}\n';
    const json = {
      dockerComposeFile: ['docker-compose.yml', 'more.yml'],
      service: 'app',
      workspaceFolder: '/workspaces/shop/api',
      runServices: ['app', 'db'],
      forwardPorts: ['db:5432'],
    };
    const result = await check('.devcontainer/devcontainer.json', JSON.stringify(json), {
      '.devcontainer/docker-compose.yml': compose,
      '.devcontainer/more.yml':
        'services:\n  app: {user: node, build: {target: dev}}\n  db: {ports: ["5432:5432"]}\n  cache: {image: redis}\n',
      '.devcontainer/Dockerfile': 'ARG V\nFROM a AS dev\n',
    });
    expect(yamlOf(result)).toEqual({
      ...{ version: 1, name: 'shop', user: 'node', folder: '/workspaces/shop' },
      base: { dockerfile: '.devcontainer/Dockerfile', context: '.', target: 'dev', args: { V: '3' } },
      compose: {
        file: ['.devcontainer/docker-compose.yml', '.devcontainer/more.yml'],
        ...{ services: ['db'], workspace: 'app', ports: { db: [5432] } },
      },
    });
    expect(verdicts(result)).toMatchObject({ dockerComposeFile: 'mapped', 'forwardPorts: db:5432': 'reference' });
  });

  it('reads ports of a service whose name every object of JavaScript has', async () => {
    const json = { dockerComposeFile: 'compose.yml', service: 'app', forwardPorts: ['constructor:80'] };
    const result = await check('.devcontainer/devcontainer.json', JSON.stringify(json), {
      '.devcontainer/compose.yml': 'services:\n  app: {image: a}\n  constructor: {image: b}\n',
    });
    expect(verdicts(result)).toHaveProperty(['forwardPorts: constructor:80']);
  });

  it('works as remoteUser, whoever the service runs as', async () => {
    const json = { dockerComposeFile: 'compose.yml', service: 'app', remoteUser: 'vscode' };
    const result = await check('.devcontainer/devcontainer.json', JSON.stringify(json), {
      '.devcontainer/compose.yml': 'services:\n  app: {image: a, user: root}\n',
    });
    expect(yamlOf(result)).toMatchObject({ user: 'vscode' });
  });

  it.each(['', '[]', '{', '"x"', 'null', '// {', '{"image": }'])('refuses %j', async (text) => {
    await expect(check('.devcontainer.json', text)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it('writes a file that devenv reads, whatever stands there', async () => {
    const word = oneof(
      string({ maxLength: 12 }),
      constantFrom('a b', '--', '\u0000', '../..', '${localEnv:X', '$(x)', '__proto__'),
    );
    const known = constantFrom(
      ...[
        'image',
        'build',
        'dockerFile',
        'features',
        'mounts',
        'runArgs',
        'remoteEnv',
        'containerEnv',
        'remoteUser',
        'forwardPorts',
      ],
      ...[
        'appPort',
        'workspaceFolder',
        'workspaceMount',
        'postCreateCommand',
        'onCreateCommand',
        'init',
        'name',
        'capAdd',
        'secrets',
      ],
    );
    await assert(
      asyncProperty(object({ key: known, values: [word], maxDepth: 2, maxKeys: 6 }), async (json) => {
        const context = open({ '.devcontainer.json': JSON.stringify(json) });
        const { yaml } = await importFile(context, { file: '.devcontainer.json', check: true });
        await readEnvironment(context.files, '/shop', yaml, {});
      }),
      { numRuns: 30 },
    );
  }, 120_000);
});

describe('import of other files', () => {
  it('reads a Vagrantfile as text', async () => {
    const text = `Vagrant.configure("2") do |config|
  config.vm.box = "ubuntu/jammy64"
  config.vm.hostname = "shop"
  config.vm.network "forwarded_port", guest: 80, host: 8080
  config.vm.network "forwarded_port", guest: 3000, host: 3000
  config.vm.network "private_network", ip: "192.168.56.10"
  config.vm.synced_folder ".", "/vagrant"
  config.vm.synced_folder "data", "/srv/data"
  # config.vm.provision "shell", inline: "never"
  config.vm.provider "virtualbox" do |vb|
    vb.memory = "2048"
    vb.cpus = 2
  end
  config.vm.provision "shell", inline: <<-SHELL
    apt-get update
    apt-get install -y jq
  SHELL
  config.vm.provision "deps", type: "shell", privileged: false, inline: "npm ci"
  config.vm.provision "shell", path: "setup.sh"
  config.vm.provision :shell, inline: "service x start", run: "always"
  config.vm.provision "ansible", playbook: "a.yml"
  config.vm.provision "shell", inline: \`touch /tmp/made\`
end
`;
    const result = await check('Vagrantfile', text);
    expect(yamlOf(result)).toEqual({
      ...{ version: 1, name: 'shop', base: 'ubuntu:22.04', hostname: 'shop' },
      ports: ['8080:80', 3000],
      volumes: ['./data:/srv/data'],
      limits: { memory: '2048m', cpus: 2 },
      run: [
        { name: 'provision-1', run: 'apt-get update\napt-get install -y jq' },
        { name: 'provision-3', run: 'sh ./setup.sh' },
      ],
      hooks: { create: { 'provision-2': 'npm ci' }, start: { 'provision-4': 'service x start' } },
    });
    expect(result.fields.filter(({ verdict }) => verdict === 'unmapped').map(({ name }) => name)).toEqual([
      'vm.provision: ansible',
      'vm.provision: shell',
    ]);
  });

  it('keeps .tool-versions as the source', async () => {
    const result = await check('.tool-versions', 'nodejs 22.1.0\ngolang 1.22 # x\npython system\n\n');
    expect(yamlOf(result)).toMatchObject({
      tools: { node: { from: '.tool-versions' }, go: { from: '.tool-versions' } },
    });
    expect(verdicts(result)).toEqual({ nodejs: 'mapped', golang: 'mapped', python: 'unmapped' });
  });

  it('keeps a Dockerfile as the base, with its ports and user', async () => {
    const result = await check('Dockerfile', 'FROM a\nRUN x \\\n  USER no\nEXPOSE 3000 80\nUSER dev\nCMD ["x"]\n');
    expect(yamlOf(result)).toMatchObject({ base: { dockerfile: 'Dockerfile' }, ports: [3000], user: 'dev' });
    expect(verdicts(result)).toMatchObject({
      RUN: 'reference',
      CMD: 'unneeded',
      USER: 'mapped',
      'EXPOSE 80': 'unneeded',
    });
  });

  it('works in the service of a compose file that only waits, or that is named', async () => {
    const compose =
      'services:\n  a: {image: "a:1"}\n  b: {image: "b:1", command: sleep infinity, volumes: [".:/srv/app"]}\n';
    expect(yamlOf(await check('compose.yaml', compose))).toMatchObject({
      ...{ base: 'b:1', folder: '/srv/app', compose: { file: 'compose.yaml', workspace: 'b' } },
    });
    const named = await importFile(open({ 'compose.yaml': compose }), {
      file: 'compose.yaml',
      service: 'a',
      check: true,
    });
    expect(yamlOf(named)).toMatchObject({ base: 'a:1', compose: { workspace: 'a' } });
  });

  it.each(['../x/Dockerfile', '/etc/Dockerfile', 'notes.txt', 'mkdocs.yml', 'Dockerfile'])(
    'refuses %s',
    async (file) => {
      const failed = importFile(open({ 'notes.txt': 'x', 'mkdocs.yml': 'site_name: x' }), { file, check: true });
      await expect(failed).rejects.toMatchObject({ code: 'USAGE' });
    },
  );
});

describe('what import writes', () => {
  it('is shown, asked for and never over another file', async () => {
    const context = open({ '.tool-versions': 'nodejs 22\n' });
    expect(await importFile(context, { file: '.tool-versions', check: false })).toMatchObject({ written: true });
    expect(context.fake.progress.said).toContain('+  node: { from: .tool-versions } # .tool-versions (nodejs)');
    const again = importFile(context, { file: '.tool-versions', check: false });
    await expect(again).rejects.toMatchObject({ code: 'CONFIG_EXISTS' });
    expect(await importFile(context, { file: '.tool-versions', check: true })).toMatchObject({ written: false });
  });

  it('is what `init --from` writes, and what `init` proposes first', async () => {
    const files = {
      '.devcontainer/devcontainer.json': '{"image": "a:1", "postStartCommand": "x", "unset": "y"}',
      'package.json': '{}',
    };
    for (const options of [{ from: 'devcontainer' as const }, {}]) {
      const context = open(files);
      context.fake.prompt.interactive = false;
      context.fake.prompt.confirm = () => Promise.resolve(true);
      await init(context, { templates: new Map(), ...options });
      expect(context.fake.progress.said).toContainEqual(
        expect.stringMatching(/^\.devcontainer\/devcontainer\.json: unset is not taken over: devenv does not know/),
      );
      expect(parse(context.fake.files.files.get('/shop/devenv.yaml') ?? '')).toEqual({
        ...{ version: 1, name: 'shop', base: 'a:1', hooks: { start: 'x' } },
      });
    }
    await expect(init(open(files), { templates: new Map(), from: 'compose' })).rejects.toMatchObject({ code: 'USAGE' });
  });
});
