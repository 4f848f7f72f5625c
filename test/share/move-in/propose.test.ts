import { cpuTime } from '../../cpu-time.ts';
import { describe, expect, it } from 'vitest';
import { findAptPackages } from '../../../src/share/move-in/find-apt-packages.ts';
import { makeProjectFiles } from '../../../src/share/move-in/observe-project.ts';
import { propose } from '../../../src/share/move-in/propose.ts';

/** `key: value # source` of the best proposal; files without a text are only there. */
function proposeFor(files: Readonly<Record<string, string | undefined>>, base?: string): readonly string[] {
  const texts = Object.entries(files).filter((file): file is [string, string] => file[1] !== undefined);
  const [first] = propose(makeProjectFiles(Object.keys(files), new Map(texts)), base);
  return (first?.entries ?? [])
    .filter(({ from }) => !/^the default|^usual/.test(from))
    .map(({ path, value, from }) => `${path.join('.')}: ${JSON.stringify(value)} # ${from}`);
}

const there = undefined;

describe('libatomic1, which newer Node.js needs', () => {
  it.each([
    ['.nvmrc', '22\n', false],
    ['.nvmrc', 'lts/jod\n', false],
    ['.nvmrc', '26\n', true],
    ['.nvmrc', 'lts/*\n', true],
    ['package.json', '{"engines":{"node":"24.x"}}', false],
    ['package.json', '{}', true],
  ])('%s with %j: %j', (path, text, needed) => {
    const texts = new Map([
      ['package.json', '{}'],
      [path, text],
    ] as const);
    const [first] = propose(makeProjectFiles([...texts.keys()], texts), undefined);
    expect((first?.entries ?? []).some(({ value }) => value === 'libatomic1')).toBe(needed);
  });
});

describe('what a project asks for', () => {
  it.each<[string, Readonly<Record<string, string | undefined>>, readonly string[]]>([
    [
      'a Node.js project with npm',
      { 'package.json': '{"scripts":{"test":"vitest","odd":"x"}}', 'package-lock.json': there, '.nvmrc': '22\n' },
      [
        'tools.node: {"from":".nvmrc"} # .nvmrc',
        'hooks.create: "npm ci" # package-lock.json',
        'hooks.update: "npm ci" # package-lock.json',
        'hooks.watch: "package-lock.json" # package-lock.json',
        'tasks.test: "npm run test" # package.json (scripts)',
      ],
    ],
    [
      'workspaces with pnpm by packageManager',
      {
        'package.json': '{"packageManager":"pnpm@9.1.0+sha512.abc","workspaces":["a"],"engines":{"node":"^20"}}',
        'pnpm-lock.yaml': there,
      },
      [
        'tools.node: {"from":"package.json"} # package.json',
        'packages.npm: "pnpm@9.1.0" # package.json (packageManager)',
        'hooks.create: "pnpm install --frozen-lockfile" # pnpm-lock.yaml, for all workspaces',
        'hooks.update: "pnpm install --frozen-lockfile" # pnpm-lock.yaml, for all workspaces',
        'hooks.watch: "pnpm-lock.yaml" # pnpm-lock.yaml, for all workspaces',
      ],
    ],
    [
      'the newer Yarn, which npm has under another name',
      { 'package.json': '{"packageManager":"yarn@4.2.2"}', 'yarn.lock': there },
      [
        'tools.node: "lts" # package.json, which names no version',
        'packages.npm: "@yarnpkg/cli-dist@4.2.2" # package.json (packageManager)',
        'hooks.create: "yarn install --immutable" # yarn.lock',
        'hooks.update: "yarn install --immutable" # yarn.lock',
        'hooks.watch: "yarn.lock" # yarn.lock',
      ],
    ],
    [
      'Bun and Deno',
      { 'package.json': '{}', 'bun.lock': there, 'deno.json': '{}', 'mise.toml': '[tools]\ndeno = "2"\n' },
      [
        'tools.deno: {"from":"mise.toml"} # mise.toml',
        'tools.node: "lts" # package.json, which names no version',
        'tools.bun: "latest" # bun.lock',
        'hooks.create: "bun install --frozen-lockfile" # bun.lock',
        'hooks.update: "bun install --frozen-lockfile" # bun.lock',
        'hooks.watch: "bun.lock" # bun.lock',
      ],
    ],
    [
      'Python with requirement files',
      { 'requirements.txt': '', 'requirements-dev.txt': '', '.python-version': '3.12\n' },
      [
        'tools.python: {"from":".python-version"} # .python-version',
        'packages.apt: "python3-pip" # requirements.txt',
        'packages.apt: "python3-venv" # requirements.txt',
        'packages.pip: "-r requirements.txt" # requirements.txt',
        'packages.pip: "-r requirements-dev.txt" # requirements-dev.txt',
      ],
    ],
    [
      'Python with uv and a newer Python than Debian has',
      { 'pyproject.toml': '[project]\nrequires-python = ">=3.12"\n', 'uv.lock': there },
      [
        'tools.python: "3.12" # pyproject.toml (>=3.12)',
        'packages.apt: "python3-pip" # pyproject.toml',
        'packages.apt: "python3-venv" # pyproject.toml',
        'packages.pipx: "uv" # uv.lock',
        'hooks.create: "uv sync --locked" # uv.lock',
        'hooks.update: "uv sync --locked" # uv.lock',
        'hooks.watch: "uv.lock" # uv.lock',
      ],
    ],
    [
      'Python that Debian has, with extras for tests',
      { 'pyproject.toml': '[project]\nrequires-python = ">=3.9"\n[project.optional-dependencies]\ntest = ["x"]\n' },
      [
        'packages.apt: "python3-pip" # pyproject.toml',
        'packages.apt: "python3-venv" # pyproject.toml',
        'hooks.create: "python3 -m venv .venv && .venv/bin/pip install -e \\".[test]\\"" # pyproject.toml',
        'hooks.update: "python3 -m venv .venv && .venv/bin/pip install -e \\".[test]\\"" # pyproject.toml',
        'hooks.watch: "pyproject.toml" # pyproject.toml',
      ],
    ],
    [
      'Pipenv',
      { Pipfile: '[requires]\npython_version = "3.13"\n' },
      [
        'tools.python: "3.13" # Pipfile',
        'packages.apt: "python3-pip" # Pipfile',
        'packages.apt: "python3-venv" # Pipfile',
        'packages.pipx: "pipenv" # Pipfile',
        'hooks.create: "pipenv install --dev" # Pipfile',
        'hooks.update: "pipenv install --dev" # Pipfile',
        'hooks.watch: "Pipfile" # Pipfile',
      ],
    ],
    [
      'Go',
      { 'go.mod': 'module shop\n\ngo 1.22\n' },
      ['tools.go: {"from":"go.mod"} # go.mod', 'tasks.test: "go test ./..." # go.mod'],
    ],
    [
      'Rust',
      { 'Cargo.toml': '', 'rust-toolchain.toml': '[toolchain]\nchannel = "1.80"\n' },
      [
        'tools.rust: {"from":"rust-toolchain.toml"} # rust-toolchain.toml',
        'packages.apt: "build-essential" # Cargo.toml, for the linker',
        'packages.apt: "pkg-config" # Cargo.toml, for the linker',
        'hooks.create: "cargo fetch" # Cargo.toml',
        'hooks.update: "cargo fetch" # Cargo.toml',
        'hooks.watch: "Cargo.toml" # Cargo.toml',
        'tasks.test: "cargo test" # Cargo.toml',
      ],
    ],
    [
      'Ruby with PostgreSQL',
      { Gemfile: 'source "x"\nruby "3.3.1"\ngem "pg", "~> 1.5"\n', 'Gemfile.lock': there },
      [
        'tools.ruby: "3.3.1" # Gemfile (ruby 3.3.1)',
        'packages.apt: "build-essential" # Gemfile, for gems in C',
        'packages.apt: "libyaml-dev" # Gemfile, for gems in C',
        'packages.apt: "libpq-dev" # Gemfile (pg)',
        'env.BUNDLE_PATH: "vendor/bundle" # Gemfile',
        'hooks.create: "bundle install" # Gemfile.lock',
        'hooks.update: "bundle install" # Gemfile.lock',
        'hooks.watch: "Gemfile.lock" # Gemfile.lock',
      ],
    ],
    [
      'PHP with extensions',
      { 'composer.json': '{"require":{"php":">=8.1","ext-intl":"*","ext-pdo_mysql":"*","ext-json":"*"}}' },
      [
        'packages.apt: "php-cli" # composer.json',
        'packages.apt: "composer" # composer.json',
        'packages.apt: "unzip" # composer.json',
        'packages.apt: "php-intl" # composer.json (ext-intl)',
        'packages.apt: "php-mysql" # composer.json (ext-pdo_mysql)',
        'hooks.create: "composer install --no-interaction" # composer.json',
        'hooks.update: "composer install --no-interaction" # composer.json',
        'hooks.watch: "composer.json" # composer.json',
      ],
    ],
    [
      'Maven with its wrapper and a newer Java than Debian has',
      { 'pom.xml': '<maven.compiler.release>21</maven.compiler.release>', mvnw: there },
      [
        'tools.java: "21" # pom.xml (Java 21)',
        'hooks.create: "sh ./mvnw -q -B dependency:go-offline" # pom.xml',
        'hooks.update: "sh ./mvnw -q -B dependency:go-offline" # pom.xml',
        'hooks.watch: "pom.xml" # pom.xml',
        'tasks.test: "sh ./mvnw test" # pom.xml',
      ],
    ],
    [
      'Gradle',
      { 'build.gradle': '' },
      [
        'packages.apt: "openjdk-17-jdk-headless" # build.gradle',
        'tools.gradle: "latest" # build.gradle',
        'tasks.test: "gradle test" # build.gradle',
      ],
    ],
    [
      'versions that a Dockerfile or CI names, if no manifest does',
      {
        'package.json': '{}',
        'requirements.txt': 'a\n',
        'go.mod': 'module a\n\ngo 1.22\n',
        Dockerfile: 'FROM --platform=linux/amd64 python:3.12-slim AS app\nFROM golang:1.20\nFROM nginx:1\n',
        '.github/workflows/ci.yml': 'jobs: {t: {steps: [{uses: actions/setup-node@v4, with: {node-version: 20}}]}}\n',
      },
      [
        'hooks.create: "npm install" # package.json',
        'packages.apt: "python3-pip" # requirements.txt',
        'packages.apt: "python3-venv" # requirements.txt',
        'packages.pip: "-r requirements.txt" # requirements.txt',
        'tools.go: {"from":"go.mod"} # go.mod',
        'tasks.test: "go test ./..." # go.mod',
        'tools.python: "3.12" # Dockerfile (FROM python:3.12-slim)',
        'tools.node: "20" # .github/workflows/ci.yml (t): actions/setup-node@v4',
      ],
    ],
    [
      'a Makefile, a Dockerfile, an example of .env and a README',
      {
        Makefile: 'test: x\nbuild:\nX := 1\n',
        Dockerfile:
          'FROM a\nRUN apt-get update && apt-get install -y \\\n  jq=1.6 ${X} \\\n  "quoted" curl && true\nEXPOSE 3000 80\n',
        '.env.example': 'A=\n',
        'README.md': 'Run `sudo apt install jq imagemagick` first.\n',
      },
      [
        'packages.apt: "make" # Makefile',
        'tasks.test: "make test" # Makefile',
        'tasks.build: "make build" # Makefile',
        'env_file: {"path":".env","required":false} # .env.example: each person copies it to .env',
        'packages.apt: "jq" # Dockerfile',
        'packages.apt: "curl" # Dockerfile',
        'ports: 3000 # Dockerfile (EXPOSE)',
        'packages.apt: "imagemagick" # README.md',
      ],
    ],
    [
      'a compose file, of which only what is not built is taken, and CI',
      {
        'compose.yaml': 'services:\n  app: {build: .}\n  db: {image: "postgres:16"}\n',
        '.github/workflows/ci.yml':
          'jobs:\n  t:\n    services:\n      postgres: {image: "postgres:15"}\n    steps:\n      - {uses: actions/setup-go@v5, with: {go-version: "1.22"}}\n      - {uses: actions/setup-node@v4, with: {node-version: "${{ matrix.node }}"}}\n      - run: sudo apt-get install -y protobuf-compiler\n',
      },
      [
        'compose: {"file":"compose.yaml","services":["db"]} # compose.yaml',
        'tools.go: "1.22" # .github/workflows/ci.yml (t): actions/setup-go@v5',
        'packages.apt: "protobuf-compiler" # .github/workflows/ci.yml (t)',
      ],
    ],
    [
      'pytest in an environment of the project',
      { 'pyproject.toml': '[project]\nname="a"\n[project.optional-dependencies]\ntest = ["pytest>=8"]\n' },
      [
        'packages.apt: "python3-pip" # pyproject.toml',
        'packages.apt: "python3-venv" # pyproject.toml',
        'hooks.create: "python3 -m venv .venv && .venv/bin/pip install -e \\".[test]\\"" # pyproject.toml',
        'hooks.update: "python3 -m venv .venv && .venv/bin/pip install -e \\".[test]\\"" # pyproject.toml',
        'hooks.watch: "pyproject.toml" # pyproject.toml',
        'tasks.test: ".venv/bin/pytest" # pyproject.toml (pytest)',
      ],
    ],
    [
      'pytest that uv runs',
      { 'pyproject.toml': '[dependency-groups]\ndev = ["pytest"]\n', 'uv.lock': there },
      [
        'packages.apt: "python3-pip" # pyproject.toml',
        'packages.apt: "python3-venv" # pyproject.toml',
        'packages.pipx: "uv" # uv.lock',
        'hooks.create: "uv sync --locked" # uv.lock',
        'hooks.update: "uv sync --locked" # uv.lock',
        'hooks.watch: "uv.lock" # uv.lock',
        'tasks.test: "uv run pytest" # pyproject.toml (pytest)',
      ],
    ],
    [
      'pytest behind a target of make',
      { 'requirements-dev.txt': 'pytest==8.0\n', Makefile: 'test:\n\tpytest -q\n' },
      [
        'packages.apt: "python3-pip" # requirements-dev.txt',
        'packages.apt: "python3-venv" # requirements-dev.txt',
        'packages.pip: "-r requirements-dev.txt" # requirements-dev.txt',
        'packages.apt: "make" # Makefile',
        'tasks.test: "make test" # Makefile',
      ],
    ],
    [
      'a compose file whose own service finds others by variables',
      {
        'compose.yaml':
          'services:\n  web: {build: ., environment: {CACHE: "redis://cache:6379", MODE: production, KEY: "${KEY}", HOST: db}}\n  job: {build: ., environment: ["DB=postgres://a:b@db/shop", HOST=db, CACHE=no]}\n  cache: {image: "redis:7"}\n  db: {image: "postgres:16"}\n',
      },
      [
        'compose: {"file":"compose.yaml","services":["cache","db"]} # compose.yaml',
        'env.CACHE: "redis://cache:6379" # compose.yaml (web)',
        'env.HOST: "db" # compose.yaml (web)',
        'env.DB: "postgres://a:b@db/shop" # compose.yaml (job)',
      ],
    ],
    [
      'a compose file with a service for work, which the workspace replaces',
      {
        'compose.yaml':
          'services:\n  app: {image: "node:24", command: sleep infinity, environment: {CACHE: cache}}\n  cache: {image: "redis:7"}\n',
      },
      [
        'compose: {"file":"compose.yaml","services":["cache"]} # compose.yaml',
        'env.CACHE: "cache" # compose.yaml (app)',
      ],
    ],
    [
      'a compose file with a service for work and a database that it builds',
      {
        'compose.yaml':
          'services:\n  app: {image: "node:24", command: sleep infinity, volumes: [".:/app"]}\n  db: {build: ./db, volumes: ["data:/data"]}\nvolumes: {data: {}}\n',
      },
      ['compose: {"file":"compose.yaml","workspace":"app"} # compose.yaml', 'folder: "/app" # compose.yaml'],
    ],
    [
      'a compose file that builds all of its services, and nothing else',
      { 'compose.yaml': 'services:\n  api: {build: ./api}\n  web: {build: ./web}\n' },
      ['compose: "compose.yaml" # compose.yaml'],
    ],
    [
      'a program whose compose file only runs itself',
      { 'compose.yaml': 'services:\n  app: {build: .}\n', 'go.mod': 'module x\n\ngo 1.22\n' },
      ['tools.go: {"from":"go.mod"} # go.mod', 'tasks.test: "go test ./..." # go.mod'],
    ],
    [
      'services of CI, with their health checks and without secrets of it',
      {
        '.github/workflows/ci.yml':
          'jobs:\n  t:\n    services:\n      db: {image: "postgres:15", env: {A: 1, B: "${{ secrets.B }}"}, options: "--health-cmd \\"pg_isready -U a\\" --health-retries 5"}\n',
      },
      ['services.db: {"image":"postgres:15","env":{"A":"1"},"ready":"pg_isready -U a"} # .github/workflows/ci.yml (t)'],
    ],
    [
      'two languages, whose hooks run side by side',
      { 'package.json': '{}', 'composer.json': '{}' },
      [
        'tools.node: "lts" # package.json, which names no version',
        'hooks.create.node: "npm install" # package.json',
        'packages.apt: "php-cli" # composer.json',
        'packages.apt: "composer" # composer.json',
        'packages.apt: "unzip" # composer.json',
        'hooks.create.php: "composer install --no-interaction" # composer.json',
        'hooks.update: "composer install --no-interaction" # composer.json',
        'hooks.watch: "composer.json" # composer.json',
      ],
    ],
  ])('is known of %s', (_, files, lines) => {
    expect(proposeFor(files)).toEqual(lines);
  });

  it('is nothing if no file says something', () => {
    expect(propose(makeProjectFiles(['src', 'LICENSE', 'notes.txt'], new Map()), undefined)).toEqual([]);
  });

  it('starts from a Dockerfile for development, or from Debian with what the project needs', () => {
    const files = new Map([
      ['.devcontainer/Dockerfile', 'FROM a\n'],
      ['package.json', '{}'],
    ]);
    const proposals = propose(makeProjectFiles([...files.keys()], files), undefined);
    const bases = proposals.map(({ entries }) => entries.find(({ path }) => path[0] === 'base')?.value);
    expect(bases).toEqual([
      { dockerfile: '.devcontainer/Dockerfile', context: '.devcontainer' },
      { bootstrap: 'bookworm' },
    ]);
    expect(proposals.map(({ entries }) => entries.some(({ path }) => path[0] === 'tools'))).toEqual([false, true]);
    expect(propose(makeProjectFiles([...files.keys()], files), 'debian:12')).toHaveLength(1);
  });
});

describe('apt lines', () => {
  it.each([
    ['apt-get install -y --no-install-recommends a1 b2=1.0 c3/bookworm', ['a1', 'b2', 'c3']],
    ['sudo apt-get -qq update && sudo apt install git | tee log', ['git']],
    ['# apt-get install no', []],
    ['apt-get install $(cat list) ${X} "q" ./local.deb jq; apt-get install ignored', ['jq']],
    ['apt-get install $x;rm -rf /', []],
    ['apt-get purge git', []],
  ])('%s', (line, names) => {
    expect(findAptPackages(line)).toEqual(names);
  });

  it('reads a long hostile line in a moment', () => {
    const begun = cpuTime();
    findAptPackages(`apt-get ${'-a '.repeat(80_000)}`);
    findAptPackages('apt install `'.repeat(20_000));
    expect(cpuTime() - begun).toBeLessThan(1_000);
  });
});
