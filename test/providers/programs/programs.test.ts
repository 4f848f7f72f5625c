import { describe, expect, it } from 'vitest';
import { DevenvError } from '../../../src/errors/devenv-error.ts';
import { parseConfig } from '../../../src/environment/parse.ts';
import { composer } from '../../../src/providers/php/composer.ts';
import { cargo } from '../../../src/providers/programs/cargo.ts';
import { go } from '../../../src/providers/programs/go.ts';
import type { FoundPackage } from '../../../src/providers/proposal.ts';

const found = (name: string, version: string, place: string): FoundPackage => ({
  item: { kind: 'package', name, version, place, change: 'added', paths: 1 },
  ...{ version, declared: undefined, pinned: false },
});

describe('grammars of programs', () => {
  it.each([
    ['go', 'golang.org/x/tools/gopls@v0.15.0'],
    ['go', 'github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.1.0'],
    ['cargo', 'cargo-nextest@0.9.70'],
    ['composer', 'phpstan/phpstan:1.10.0'],
  ])('%s takes %s', (key, entry) => {
    const { packages } = parseConfig(
      `version: 1\nname: shop\nbase: debian:bookworm\npackages: {${key}: ["${entry}"]}\n`,
      'devenv.yaml',
    );
    expect(packages[key]).toEqual([entry]);
  });

  it.each([
    ['go', 'gopls'],
    ['go', 'golang.org/x/tools/gopls@latest; rm -rf /'],
    ['go', '../../etc'],
    ['go', '-exec=/bin/sh/x'],
    ['cargo', '--git'],
    ['cargo', 'ripgrep@^14'],
    ['cargo', 'https://example.com/x'],
    ['composer', 'phpstan'],
    ['composer', '--working-dir=/x'],
  ])('%s refuses %s', (key, entry) => {
    expect(() =>
      parseConfig(`version: 1\nname: shop\nbase: debian:bookworm\npackages: {${key}: ["${entry}"]}\n`, 'devenv.yaml'),
    ).toThrow(DevenvError);
  });
});

describe('programs that a person installed', () => {
  it('are declared if every user has them, else the reason shows the entry', () => {
    expect(cargo.proposal.declare(found('ripgrep', '14.1.0', '/usr/local'), 'exact', {})).toEqual({
      ...{ kind: 'item', id: 'cargo:ripgrep', value: '14.1.0' },
    });
    expect(cargo.proposal.declare(found('ripgrep', '14.1.0', '/home/dev/.cargo'), 'none', {})).toEqual({
      kind: 'opaque',
      reason: 'it is in /home/dev/.cargo; `packages: {cargo: ["ripgrep@14.1.0"]}` installs it for every user',
    });
    expect(composer.proposal.declare(found('lab/tiny', '1.0.0', '/root/.composer'), 'none', {}).kind).toBe('opaque');
  });

  it('of Composer are told from what came along', () => {
    const place = '/usr/local/share/composer';
    const installed = {
      packages: [
        { name: 'lab/tiny', version: '1.0.0', bin: ['bin/tiny'] },
        { name: 'lab/dep', version: '0.3.0' },
      ],
    };
    const evidence = (files: readonly (readonly [string, unknown])[]) =>
      ({ files: new Map(files.map(([path, value]) => [path, JSON.stringify(value)])), entries: new Map() }) as never;
    const after = evidence([
      [`${place}/composer.json`, { require: { 'lab/tiny': '*' } }],
      [`${place}/vendor/composer/installed.json`, installed],
    ]);
    const lookUp = composer.recognition.index([], evidence([]), after);
    expect(lookUp('/usr/local/bin/tiny')).toMatchObject({
      tool: { name: 'lab/tiny' },
      origin: 'person',
      version: '1.0.0',
    });
    expect(lookUp(`${place}/vendor/lab/dep/a.php`)).toMatchObject({ tool: { name: 'lab/dep' }, origin: 'dependency' });
    expect(lookUp(`${place}/vendor/lab/none/a.php`)).toBeUndefined();
    for (const hostile of ['{', 'null', '{"packages": 1}', '{"packages": [null]}', '{"packages": [{"name": {}}]}']) {
      const odd = { files: new Map([[`${place}/vendor/composer/installed.json`, hostile]]) } as never;
      expect(() => composer.recognition.index([], odd, odd)('/x')).not.toThrow();
    }
  });
});

describe('a version of a PHP package that does not exist', () => {
  it('is named, with those that do', () => {
    const line =
      '    - Root composer.json requires lab/tiny 9.0.0, found lab/tiny[1.0.0, 1.1.0] but it does not match the constraint.';
    expect(composer.sources.missing([line])).toEqual([
      { name: 'lab/tiny', version: '9.0.0', available: ['1.0.0', '1.1.0'] },
    ]);
    expect(composer.sources.nearest('9.0.0', ['1.0.0', '1.1.0'])).toBe('1.1.0');
  });
});

describe('mirrors of programs', () => {
  it('of Go are its own variables, else its file, without logins', () => {
    const { env, notes } = go.settings.resolve({ GOPROXY: 'https://kim:pw@proxy.example.com,direct' }, [
      'GOSUMDB=off\nGOPROXY=x\n',
    ]);
    expect(env).toEqual({ GOPROXY: 'https://proxy.example.com,direct', GOSUMDB: 'off' });
    expect(notes).toHaveLength(1);
  });

  it("of Rust are what replaces crates.io in cargo's configuration", () => {
    const text =
      '[source.crates-io]\nreplace-with = "ours"\n[source.ours]\nregistry = "sparse+https://kim:pw@crates.example.com/index/"\n';
    expect(cargo.settings.resolve({}, [text])).toEqual({
      env: { DEVENV_CARGO_REGISTRY: 'sparse+https://crates.example.com/index/' },
      notes: [expect.stringContaining('is not used')],
      secrets: [],
    });
    expect(() => cargo.settings.resolve({}, [text.replace('https://', 'ext::sh -c x ')])).toThrow(DevenvError);
    expect(cargo.settings.resolve({}, ['[build]\njobs = 1\n']).env).toEqual({});
  });

  it('of PHP are the repositories of its configuration', () => {
    const text = JSON.stringify({
      repositories: [
        { type: 'composer', url: 'https://kim:pw@php.example.com' },
        { 'packagist.org': false },
        { type: 'path', url: '/x' },
      ],
      'http-basic': { x: { password: 'pw' } },
    });
    expect(composer.settings.resolve({}, [text]).env).toEqual({
      DEVENV_COMPOSER_CONFIG:
        '{"repositories":[{"type":"composer","url":"https://php.example.com"},{"packagist.org":false}]}',
    });
    expect(composer.settings.resolve({}, ['{"config": {}}', '{']).env).toEqual({});
  });
});
