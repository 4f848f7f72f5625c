import fc from 'fast-check';
import { stringify } from 'yaml';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/environment/parse.ts';
import type { Problem } from '../../src/environment/problem.ts';
import { DevenvError } from '../../src/errors/devenv-error.ts';

const whole = `version: 1
name: shop-api
image: registry.example.com/shop/env
base: {image: debian:bookworm-slim, fallback: {bootstrap: bookworm, include: [locales]}}
tools: {node: 3.10}
packages:
  apt: [git, ripgrep, postgresql-client]
  npm: [pnpm@10]
files: [{from: ./config/psqlrc, to: /etc/psqlrc}]
run:
  - {name: protoc, run: ./install-protoc.sh, inputs: [./protoc.version]}
  - ./install-protoc.sh --again
  - ./install-protoc.sh "--again"
  - 日本
env: {DATABASE_URL: postgres://db/shop, PORT: 0o17, DEBUG: yes, CI: true, EMPTY: ""}
`;

const refuse = (text: string): DevenvError => {
  try {
    parseConfig(text, 'devenv.yaml');
  } catch (error) {
    if (error instanceof DevenvError) return error;
    throw error;
  }
  throw new Error('it was accepted');
};

describe('parseConfig', () => {
  it('fills in what is not written', () => {
    expect(parseConfig('version: 1\nname: a\nbase: {bootstrap: bookworm}\n', 'f')).toEqual({
      name: 'a',
      base: { kind: 'bootstrap', suite: 'bookworm', include: [] },
      repositories: [],
      aptPreferences: {},
      venvs: {},
      downloads: [],
      tools: {},
      toolFiles: {},
      packages: {},
      files: [],
      run: [],
      env: {},
      envFiles: [],
      user: 'dev',
      folder: '/workspace',
      commit: { exclude: [] },
      services: [],
      ports: [],
      networks: {},
      volumes: [],
      hooks: {},
      features: { requests: [], order: [] },
      tasks: [],
      init: false,
      securityOptions: [],
      secrets: [],
      limits: {
        ulimits: {},
        gpus: false,
        capabilities: [],
        extraHosts: {},
        devices: [],
        privileged: false,
        engineSocket: false,
      },
      watch: [],
    });
  });

  it('reads downloads, with one address or several', () => {
    const text = [
      'version: 1\nname: a\nbase: a\ndownloads:',
      '  - {name: jq, url: https://x.test/jq}',
      '  - {name: go, url: {amd64: https://x.test/a, any: https://x.test/b}, extract: true, strip: 1, bin: [./bin/go]}\n',
    ].join('\n');
    const plain = { sha256: {}, strip: 0, mode: '0755' };
    expect(parseConfig(text, 'f').downloads).toEqual([
      { ...plain, name: 'jq', urls: { any: 'https://x.test/jq' }, extract: false, to: '/usr/local/bin/jq', bin: [] },
      {
        ...{ ...plain, name: 'go', urls: { amd64: 'https://x.test/a', any: 'https://x.test/b' } },
        ...{ extract: true, strip: 1, to: '/opt/go', bin: ['bin/go'] },
      },
    ]);
  });

  it.each([
    ['{name: a, url: ftp://x.test/a}', 'url'],
    ['{name: a, url: "https://kim:pass@x.test/a"}', 'url'],
    ['{name: a, url: "https://x.test/a b"}', 'url'],
    ['{name: a, url: http://127.0.0.1/a}', 'from this machine itself'],
    ['{name: a, url: {amd64: "http://localhost:9200/a"}}', 'from this machine itself'],
    ['{name: a, url: "http://[::1]/a"}', 'from this machine itself'],
    ['{name: a, url: {}}', 'the address is missing'],
    ['{name: a, url: {x86: https://x.test/a}}', 'an architecture'],
    ['{name: a, url: https://x.test/a, sha256: abc}', 'sha256'],
    [`{name: a, url: https://x.test/a, sha256: {amd64: ${'a'.repeat(64)}}}`, 'another form than url'],
    ['{name: a, url: https://x.test/a, to: ../x}', 'absolute path'],
    ['{name: a, url: https://x.test/a, to: /workspace/a}', 'would hide the file'],
    ['{name: a, url: https://x.test/a, strip: 1}', 'goes with "extract: true"'],
    ['{name: a, url: https://x.test/a, extract: true, mode: "0644"}', 'goes without "extract: true"'],
    ['{name: a, url: https://x.test/a, extract: true, bin: [../x]}', 'program'],
    ['{name: a, url: https://x.test/a}, {name: a, url: https://x.test/b}', 'listed twice'],
    ['{name: "a;b", url: https://x.test/a}', 'a name of at most'],
    ['{name: a}', 'url'],
    ['{name: a, url: "https://x.test:99999/a"}', 'no address'],
    ['{name: a, url: {amd64: https://1.2.3.4.5/a}}', 'no address'],
  ])('refuses the download %s', (entry, why) => {
    const error = refuse(`version: 1\nname: a\nbase: a\ndownloads: [${entry}]\n`);
    expect(error.exitCode).toBe(3);
    expect(error.message).toContain(why);
  });

  it('reads Features in their order, with numbers as they are written', () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    const text = [
      'version: 1\nname: a\nbase: a\nfeatures:',
      '  ghcr.io/devcontainers/features/go:1: {version: 1.20, lint: true, size: 0x10, x-note: mine}',
      '  ./features/tools: {}',
      '  reg.example.com:5000/team/tools/node: 1.10',
      `  ghcr.io/a/b@${digest}: none`,
      '  https://files.example.com/v1/devcontainer-feature-x.tgz: {a: ""}',
      'feature_order: [ghcr.io/devcontainers/features/go, ./features/tools]\n',
    ].join('\n');
    expect(parseConfig(text, 'f').features).toEqual({
      requests: [
        {
          source: 'ghcr.io/devcontainers/features/go:1',
          options: { version: '1.20', lint: true, size: '0x10' },
        },
        { source: './features/tools', options: {} },
        { source: 'reg.example.com:5000/team/tools/node', options: { version: '1.10' } },
        { source: `ghcr.io/a/b@${digest}`, options: { version: 'none' } },
        { source: 'https://files.example.com/v1/devcontainer-feature-x.tgz', options: { a: '' } },
      ],
      order: ['ghcr.io/devcontainers/features/go', './features/tools'],
    });
  });

  it.each([
    ['features: {git: os-provided}', 'ghcr.io/devcontainers/features/go:1'],
    ['features: {owner/name/x: {}}', 'a Feature'],
    ['features: {ghcr.io/Owner/x: {}}', 'a Feature'],
    ['features: {../x: {}}', 'a Feature'],
    ['features: {./a/../../x: {}}', 'a Feature'],
    ['features: {/etc: {}}', 'a Feature'],
    ['features: {ghcr.io/a/b@sha256:12: {}}', 'a Feature'],
    ['features: {"https://kim:pass@x.test/a.tgz": {}}', 'a Feature'],
    ['features: {"ghcr.io/a/b;id": {}}', 'a Feature'],
    ['features: {ghcr.io/a/b: [x]}', 'this is a list'],
    ['features: {ghcr.io/a/b: {version: [x]}}', 'this is a list'],
    ['features: {ghcr.io/a/b: {"a b": x}}', 'the name of an option'],
    ['features: {ghcr.io/a/b: {}, ghcr.io/a/b: {}}', 'appears twice'],
    ['features: [ghcr.io/a/b]', 'this is a list'],
    ['feature_order: [ghcr.io/a/b:1]', 'without its version'],
    ['overrideFeatureInstallOrder: [ghcr.io/a/b]', 'feature_order'],
  ])('refuses %s', (line, why) => {
    const error = refuse(`version: 1\nname: a\nbase: a\n${line}\n`);
    expect(error.exitCode).toBe(3);
    expect(error.message + error.suggestions.join('')).toContain(why);
  });

  it('reads every key', () => {
    expect(parseConfig(whole, 'devenv.yaml')).toEqual({
      name: 'shop-api',
      image: 'registry.example.com/shop/env',
      base: {
        kind: 'image',
        image: 'debian:bookworm-slim',
        fallback: { kind: 'bootstrap', suite: 'bookworm', include: ['locales'] },
      },
      repositories: [],
      aptPreferences: {},
      venvs: {},
      downloads: [],
      tools: { node: '3.10' },
      toolFiles: {},
      packages: { apt: ['git', 'ripgrep', 'postgresql-client'], npm: ['pnpm@10'] },
      files: [{ from: 'config/psqlrc', to: '/etc/psqlrc', mode: '0644' }],
      run: [
        { name: 'protoc', run: './install-protoc.sh', inputs: ['protoc.version'] },
        { name: 'install-protoc-sh-again', run: './install-protoc.sh --again', inputs: [] },
        { name: 'install-protoc-sh-again-0fc970aa', run: './install-protoc.sh "--again"', inputs: [] },
        { name: 'run-cf2abf0c', run: '日本', inputs: [] },
      ],
      env: { DATABASE_URL: 'postgres://db/shop', PORT: '0o17', DEBUG: 'yes', CI: 'true', EMPTY: '' },
      envFiles: [],
      user: 'dev',
      folder: '/workspace',
      commit: { exclude: [] },
      services: [],
      ports: [],
      networks: {},
      volumes: [],
      hooks: {},
      features: { requests: [], order: [] },
      tasks: [],
      init: false,
      securityOptions: [],
      secrets: [],
      limits: {
        ulimits: {},
        gpus: false,
        capabilities: [],
        extraHosts: {},
        devices: [],
        privileged: false,
        engineSocket: false,
      },
      watch: [],
    });
  });

  it('reads the same with other line ends and a byte order mark', () => {
    const environment = parseConfig(whole, 'f');
    expect(parseConfig(whole.replaceAll('\n', '\r\n'), 'f')).toEqual(environment);
    expect(parseConfig(`\ufeff${whole}`, 'f')).toEqual(environment);
  });

  it('tells everything that is wrong at once, in the order of the file', () => {
    const error = refuse(`version: 1
name: Shop
base: {imag: debian, bootstrap: [1], fallback: {}}
pakages: {apt: [x]}
packages:
  apt:
    - git
    - "curl; rm -rf /"
tools: {node: 1e3}
run: [{nam: x}, 3, ""]
env: {A=B: 1, N: null}
services: {db: {image: Upper/Case, redy: pg_isready}}
`);
    expect(error.at).toBe('devenv.yaml');
    expect(error.message.split('\n')).toEqual([
      '16 problems:',
      '  devenv.yaml:2:7: name: "Shop" is not allowed; expected at most 63 lower-case letters and digits, with single ".", "_" or "-" between them',
      '  devenv.yaml:3:8: base.imag: unknown key. Did you mean "image"?',
      '  devenv.yaml:3:33: base.bootstrap: this is a list; expected a Debian suite such as bookworm',
      '  devenv.yaml:3:38: base.fallback: this key needs "image"',
      '  devenv.yaml:3:48: base.fallback.bootstrap: this key is missing',
      '  devenv.yaml:4:1: pakages: unknown key. Did you mean "packages"?',
      '  devenv.yaml:8:7: packages.apt[1]: "curl; rm -rf /" is not allowed; expected a Debian package such as git, jq=1.6-2.1 with its version, or "nginx +recommends +hold"',
      '  devenv.yaml:9:15: tools.node: "1e3" is not allowed; expected a version such as 24, 24.1 or 24.1.0, or lts, or latest',
      '  devenv.yaml:10:7: run[0].run: this key is missing',
      '  devenv.yaml:10:8: run[0].nam: unknown key. Did you mean "name"?',
      '  devenv.yaml:10:17: run[1]: this is the number 3; expected text or a map of keys',
      '  devenv.yaml:10:20: run[2]: "" is not allowed; expected text that is not empty',
      '  devenv.yaml:11:7: env["A=B"]: the key "A=B" is not allowed; expected the name of an environment variable: letters, digits and "_", not starting with a digit',
      '  devenv.yaml:11:18: env.N: this is empty; expected text or a number or true or false',
      '  devenv.yaml:12:24: services.db.image: "Upper/Case" is not an image: the name of an image is in lower case',
      '  devenv.yaml:12:36: services.db.redy: unknown key. Did you mean "ready"?',
    ]);
    const { problems } = error.data as { problems: Problem[] };
    expect(problems).toContainEqual({
      file: 'devenv.yaml',
      line: 4,
      column: 1,
      path: 'pakages',
      message: 'unknown key',
      suggestion: 'packages',
    });
  });

  it('never ends in anything but an environment or an error of ours', { timeout: 60_000 }, () => {
    const words = fc.constantFrom(
      ...[
        'version: 1',
        'name: a',
        'base: a',
        'run:',
        '- a',
        '  - b',
        '{',
        '}',
        '[',
        ']',
        '&a',
        '*a',
        '!!str',
        '|',
        '>',
      ],
      ...['? ', ': ', ', ', '"', "'", '#', '\n', '\r\n', '\t', '---', '...', '%YAML 1.1', '\u0000', '\ufeff', '<<: '],
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(words).map((parts) => parts.join('')),
          fc.string({ unit: 'binary' }),
        ),
        (text) => {
          try {
            parseConfig(text, 'f');
          } catch (error) {
            expect(error).toBeInstanceOf(DevenvError);
            expect((error as DevenvError).exitCode).toBe(3);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('lets no value of any YAML type through that the grammars do not know', { timeout: 60_000 }, () => {
    const safe = /^[A-Za-z0-9@/._+:~^<>=-]+$/;
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.integer(), fc.constant(null)), { maxLength: 3 }), (apt) => {
        let packages: readonly string[] = [];
        try {
          packages =
            parseConfig(stringify({ version: 1, name: 'a', base: 'a', packages: { apt } }), 'f').packages['apt'] ?? [];
        } catch (error) {
          expect(error).toBeInstanceOf(DevenvError);
        }
        for (const item of packages) expect(item).toMatch(safe);
      }),
      { numRuns: 300 },
    );
  });
});
