import { readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { importWholeBase } from '../lab/whole-base.ts';
import { npmAuthorities } from './devenv.ts';
import { openProject, type Project } from './project.ts';

/** Template → a command that proves what it is for, and what that prints. */
const proofs: Readonly<Record<string, readonly [command: string, output: RegExp]>> = {
  minimal: ['git --version', /^git version 2/],
  node: ['node -p "1 + 1" && npm --version', /^2\n\d+/],
  python: ['.venv/bin/python -c "import sys; print(sys.prefix)"', /\/workspace\/\.venv/],
  go: ['go version', /^go version go1\./],
  rust: ['cargo --version && rustc --version', /^cargo 1[^]*rustc 1/],
  java: ['java --version && mvn --version', /^openjdk 17[^]*Apache Maven/],
  ruby: ['ruby --version && bundle --version', /^ruby 3[^]*Bundler version/],
  php: ['php --version && composer --version 2>&1', /^PHP 8[^]*Composer/],
  'full-stack': ['pg_isready -h db && redis-cli -h redis ping', /accepting connections[^]*PONG/],
  'from-dockerfile': ['curl --version', /^curl/],
};

interface Kind {
  readonly files: Readonly<Record<string, string>>;
  readonly proof: readonly [command: string, output: RegExp];
}

/** Projects as people have them, without a devenv.yaml. */
const kinds: Readonly<Record<string, Kind>> = {
  'Node.js with a lock file': {
    files: {
      '.nvmrc': '22\n',
      'package.json': '{"name":"shop","version":"1.0.0","scripts":{"test":"node --test test.mjs"}}',
      'package-lock.json':
        '{"name":"shop","version":"1.0.0","lockfileVersion":3,"packages":{"":{"name":"shop","version":"1.0.0"}}}',
      'test.mjs': "import test from 'node:test';\ntest('works', () => {});\n",
    },
    proof: ['node --version && npm test', /^v22\.[^]*pass 1/],
  },
  'Python with a requirement file, make and an apt line in its README': {
    files: {
      'requirements.txt': '# none\n',
      Makefile: 'test:\n\tpython3 -m unittest -v test_shop\n',
      'test_shop.py': 'import unittest\n\nclass T(unittest.TestCase):\n    def test_it(self):\n        pass\n',
      'README.md': 'First `sudo apt install jq`.\n',
    },
    proof: ['make test 2>&1 && jq --version', /OK\njq-1/],
  },
  'Ruby with Bundler': {
    files: { Gemfile: "source 'https://rubygems.org'\n" },
    proof: ['bundle exec ruby -e "puts 1"', /^1\n/],
  },
  'PHP with Composer': {
    files: { 'composer.json': '{"require":{"ext-mbstring":"*"}}' },
    proof: ['php -r "echo mb_strlen(chr(65));"', /^1/],
  },
  'services of a compose file': {
    files: {
      'compose.yaml':
        'services:\n  app: {build: .}\n  db: {image: "postgres:16", healthcheck: {test: pg_isready, interval: 1s, retries: 60}}\n',
      Dockerfile: 'FROM scratch\nRUN apt-get install -y postgresql-client\n',
    },
    proof: ['pg_isready -h db', /accepting connections/],
  },
};

describeInLab('moving in', (lab) => {
  const machine = lab.machines.b;
  let whole: string;
  let project: Project;

  /** Official images cannot be pulled here: Debian's servers under their names. */
  const makeServer = async (name: string, packages: string, command: string): Promise<void> => {
    const script = `apt-get -q update && apt-get install -q -y --no-install-recommends ${packages} && apt-get clean`;
    const id = (await machine.cli(['create', whole, 'sh', '-c', script])).trim();
    await machine.cli(['start', '--attach', id]);
    await machine.cli(['commit', '--change', `CMD ${JSON.stringify(['sh', '-c', command])}`, id, name]);
    await machine.cli(['rm', id]);
  };

  beforeAll(async () => {
    whole = await importWholeBase(machine);
    await machine.cli(['tag', whole, 'debian:bookworm-slim']);
    const postgres = '/usr/lib/postgresql/15/bin';
    await makeServer(
      'postgres:16',
      'postgresql',
      `d=/srv/data; install -d -o postgres $d; [ -e $d/PG_VERSION ] || su postgres -c "${postgres}/initdb -A trust -D $d"; exec su postgres -c "exec ${postgres}/postgres -D $d -c listen_addresses=*"`,
    );
    await makeServer('redis:7', 'redis-server', 'exec redis-server --bind 0.0.0.0 --protected-mode no');
    project = await openProject(machine, 'moved', { env: npmAuthorities });
  });

  afterAll(async () => {
    await project.remove();
  });

  /** An empty folder for a project, with these files; what the last one had is gone. */
  const start = async (files: Readonly<Record<string, string>>): Promise<void> => {
    await project.attempt(['destroy', '--yes', '--volumes', '--discard', '--no-snapshot']);
    for (const name of readdirSync(project.folder)) await rm(join(project.folder, name), { recursive: true });
    for (const [path, text] of Object.entries(files)) await project.write(path, text);
  };

  it('has a proof for each template', () => {
    const folders = readdirSync(resolve(import.meta.dirname, '../../templates'), { withFileTypes: true });
    const names = folders.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    expect(names.sort()).toEqual(Object.keys(proofs).sort());
  });

  it.each(Object.entries(proofs))('brings the template %s up', async (name, [command, output]) => {
    await start({});
    // One assembles its base; the others need not.
    const base = name === 'minimal' || name === 'from-dockerfile' ? [] : ['--base', whole];
    await project.run('init', '--template', name, ...base);
    const { status, stderr } = await project.attempt(['up', '--yes']);
    expect([status, stderr.slice(-800)]).toEqual([0, expect.any(String)]);
    expect(await project.run('exec', 'sh', '-c', command)).toMatch(output);
  });

  it.each(Object.entries(kinds))('brings a project up that has %s', async (_, { files, proof: [command, output] }) => {
    await start(files);
    await project.run('init', '--yes', '--base', whole);
    const { status, stderr } = await project.attempt(['up', '--yes']);
    expect([status, stderr.slice(-800)]).toEqual([0, expect.any(String)]);
    expect(await project.run('exec', 'sh', '-c', command)).toMatch(output);
  });
});
