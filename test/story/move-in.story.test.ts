import { readdirSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { startFileServer, type FileServer } from '../lab/file-server.ts';
import { cacheFolder } from '../lab/install.ts';
import { startPythonIndex, type PythonIndex } from '../lab/python-index.ts';
import { unpackPackages } from '../lab/packages.ts';
import { mirrorSetting, serveTools } from '../lab/tool-mirror.ts';
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
  'Go, with what its workflow installs and starts': {
    files: {
      'go.mod': 'module example.com/shop\n\ngo 1.22\n',
      '.github/workflows/ci.yml':
        'jobs:\n  test:\n    services: {cache: {image: "redis:7", options: "--health-cmd true"}}\n    steps: [{run: "sudo apt-get install -y redis-tools"}]\n',
    },
    proof: ['go version && redis-cli -h cache ping', /^go version 1\.22\.1\nPONG/],
  },
  'Rust with Cargo': {
    files: {
      'Cargo.toml': '[package]\nname = "shop"\nversion = "0.1.0"\nedition = "2021"\n',
      'rust-toolchain.toml': '[toolchain]\nchannel = "1.75.0"\n',
    },
    proof: ['cargo test && cc --version', /^rust version 1\.75\.0 [^]*Debian/],
  },
  'nothing but a Makefile, a README and a workflow': {
    files: {
      Makefile: 'test:\n\tshellcheck run.sh && sh run.sh\n',
      'run.sh': '#!/bin/sh\necho \'{"shop": 1}\' | jq .shop\n',
      'README.md': 'You need `sudo apt-get install -y jq`.\n',
      '.github/workflows/ci.yml':
        'jobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: sudo apt-get update && sudo apt-get install -y shellcheck\n      - run: make test\n',
    },
    proof: ['make test', /^1$/m],
  },
  'Java with the wrapper of Gradle': {
    files: {
      'build.gradle': 'java { toolchain { languageVersion = JavaLanguageVersion.of(21) } }\n',
      gradlew: 'java; echo "$1"\n',
    },
    proof: ['java && sh ./gradlew test', /^java version 21\.0\.2\njava version 21\.0\.2\ntest\n/],
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

interface Newcomer {
  readonly files: Readonly<Record<string, string>>;
  /** As a person types them; asks nothing. */
  readonly moveIn: readonly string[];
  /** The project's own tests, then its program, each with what it prints. */
  readonly proofs: readonly (readonly [command: string, output: RegExp])[];
}

const shopOnPostgres = {
  Dockerfile: `FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends python3 python3-psycopg2 python3-pytest postgresql-client
WORKDIR /app
COPY . .
EXPOSE 8000
CMD ["python3", "shop.py"]
`,
  'compose.yaml': `services:
  web:
    build: .
    ports: ["8000:8000"]
    environment: {DATABASE_URL: "postgresql://postgres@db/postgres"}
    volumes: [".:/app"]
    depends_on: {db: {condition: service_healthy}}
  db:
    image: postgres:16
    healthcheck: {test: pg_isready, interval: 1s, retries: 60}
`,
  'shop.py': `import os, psycopg2
from http.server import BaseHTTPRequestHandler, HTTPServer

def stock():
    with psycopg2.connect(os.environ["DATABASE_URL"]) as db, db.cursor() as cursor:
        cursor.execute("create table if not exists stock as select generate_series(1, 7) as id")
        cursor.execute("select count(*) from stock")
        return cursor.fetchone()[0]

class Shop(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"in stock: %d" % stock())

if __name__ == "__main__":
    HTTPServer(("", 8000), Shop).serve_forever()
`,
  'test_shop.py': 'from shop import stock\n\ndef test_stock():\n    assert stock() == 7\n',
};

const shopOnPostgresRuns = [
  ['python3 -m pytest -q', /^1 passed/m],
  [
    'python3 shop.py & sleep 2; python3 -c "from urllib.request import urlopen; print(urlopen(\'http://localhost:8000\').read().decode())"',
    /in stock: 7/,
  ],
] as const;

/** Projects as people have them, who know nothing of devenv: in five minutes their tests pass and their programs run. */
const newcomers: Readonly<Record<string, Newcomer>> = {
  'Node.js with a lock file': {
    files: {
      'package.json':
        '{"name":"shop","version":"1.0.0","type":"module","engines":{"node":"22"},"scripts":{"start":"node server.js","test":"node --test"},"dependencies":{"ms":"^2.1.3"}}',
      'package-lock.json': JSON.stringify({
        ...{ name: 'shop', version: '1.0.0', lockfileVersion: 3, requires: true },
        packages: {
          '': { name: 'shop', version: '1.0.0', dependencies: { ms: '^2.1.3' }, engines: { node: '22' } },
          'node_modules/ms': {
            version: '2.1.3',
            resolved: 'https://registry.npmjs.org/ms/-/ms-2.1.3.tgz',
            integrity:
              'sha512-6FlzubTLZG3J2a/NVCAleEhjzq5oxgHyaCU9yYXvcLsvoVaHJq/s5xXI6/XXP6tz7R9xAOtHnSO/tXtF3WRTlA==',
          },
        },
      }),
      'wait.js': "import ms from 'ms';\nexport const wait = (text) => ms(text);\n",
      'server.js':
        "import { createServer } from 'node:http';\nimport { wait } from './wait.js';\ncreateServer((_, answer) => answer.end(`wait ${wait('2m')}`)).listen(3000);\n",
      'wait.test.js':
        "import test from 'node:test';\nimport { equal } from 'node:assert';\nimport { wait } from './wait.js';\ntest('waits', () => equal(wait('1s'), 1000));\n",
      'README.md': '# Shop\n\n`npm ci && npm test`\n',
    },
    moveIn: ['init', '--yes'],
    proofs: [
      ['npm test', /pass 1/],
      [
        `npm start & sleep 2; node -e "fetch('http://localhost:3000').then((a) => a.text()).then(console.log)"`,
        /wait 120000/,
      ],
    ],
  },
  'Python with a pyproject.toml': {
    files: {
      'pyproject.toml':
        '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n\n[project]\nname = "shop"\nversion = "1.0.0"\nrequires-python = ">=3.9"\ndependencies = ["tiny"]\n\n[project.scripts]\nshop = "shop:main"\n\n[tool.setuptools]\npackages = ["shop"]\n',
      'shop/__init__.py': 'import tiny\n\ndef main():\n    tiny.main()\n',
      'test_shop.py':
        'import unittest\nimport shop\n\nclass T(unittest.TestCase):\n    def test_main(self):\n        self.assertIsNone(shop.main())\n',
      Makefile: 'test:\n\t.venv/bin/python -m unittest -v\n',
      'README.md': 'On Debian: `sudo apt install jq`\n',
    },
    moveIn: ['init', '--yes'],
    proofs: [
      ['make test 2>&1 && jq --version', /^OK$[^]*^jq-1/m],
      ['.venv/bin/shop', /^tiny 1\.0\n/],
    ],
  },
  'a program and a database in a compose file, by init': {
    files: shopOnPostgres,
    moveIn: ['init', '--yes'],
    proofs: shopOnPostgresRuns,
  },
  'a program and a database in a compose file, by import': {
    files: shopOnPostgres,
    moveIn: ['import', 'compose.yaml', '--service', 'web', '--yes'],
    proofs: shopOnPostgresRuns,
  },
};

/** What a pyproject.toml is built with, as Debian packages it. */
async function addDebianWheels(index: PythonIndex): Promise<void> {
  const prefix = join(cacheFolder, 'python-wheels');
  await unpackPackages({ suite: 'bookworm', names: ['python3-setuptools-whl', 'python3-wheel-whl'], prefix });
  const folder = join(prefix, 'usr/share/python-wheels');
  for (const file of readdirSync(folder)) index.addWheel(file, await readFile(join(folder, file)));
}

describeInLab('moving in', (lab) => {
  const machine = lab.machines.b;
  let whole: string;
  let project: Project;
  let index: PythonIndex;
  /** Made-up compilers, which print their version. */
  let server: FileServer;

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
      `d=/srv/data; install -d -o postgres $d; [ -e $d/PG_VERSION ] || { su postgres -c "${postgres}/initdb -A trust -D $d"; echo "host all all all trust" >>$d/pg_hba.conf; }; exec su postgres -c "exec ${postgres}/postgres -D $d -c listen_addresses=*"`,
    );
    await makeServer('redis:7', 'redis-server', 'exec redis-server --bind 0.0.0.0 --protected-mode no');
    const host = lab.registry.host.split(':')[0] ?? '';
    server = await startFileServer(host);
    await serveTools(server, [
      { tool: 'go', version: '1.22.1' },
      { tool: 'java', version: '21.0.2' },
      { tool: 'rust', version: '1.75.0' },
    ]);
    project = await openProject(machine, 'moved', { env: { ...npmAuthorities, ...mirrorSetting(server) } });
    index = await startPythonIndex(host, [{ name: 'tiny', version: '1.0' }]);
    await addDebianWheels(index);
  });

  afterAll(async () => {
    await project.remove();
    await index.stop();
    await server.stop();
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

  it.each(Object.entries(newcomers))(
    'takes a newcomer from nothing to passing tests within five minutes: %s',
    async (_, { files, moveIn, proofs: runs }) => {
      await start(files);
      const env = Object.entries(index.env).map(([name, value]) => `${name}: '${value}'`);
      // What somebody has on the machine whose company has an index of its own.
      await project.write('../config-b/teamvm/personal.yaml', `env: {${env.join(', ')}}\n`);
      const begun = Date.now();
      for (const line of [moveIn, ['up', '--yes']]) {
        const { status, stderr } = await project.attempt(line);
        expect([line, status, stderr.slice(-1500)]).toEqual([line, 0, expect.any(String)]);
      }
      for (const [command, output] of runs) expect(await project.run('exec', 'sh', '-c', command)).toMatch(output);
      const seconds = Math.round((Date.now() - begun) / 1000);
      console.log(`${moveIn.join(' ')}, up, tests and program: ${String(seconds)} s`);
      expect(seconds).toBeLessThan(300);
      expect(await project.json('status')).toMatchObject({ workspace: { unsaved: 0, dueHooks: [] } });
    },
  );
});
