import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Metafile } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { listBundled } from '../../scripts/bundled/list-bundled.ts';

const root = resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

/** A metafile of one output, with what it says of each input. */
const metafile = (bytes: Readonly<Record<string, number>>): Metafile => ({
  inputs: {},
  outputs: {
    'dist/a.cjs': {
      ...{ bytes: 0, imports: [], exports: [] },
      inputs: Object.fromEntries(Object.entries(bytes).map(([path, bytesInOutput]) => [path, { bytesInOutput }])),
    },
  },
});

describe('what the built package says of its content', () => {
  interface Component {
    readonly group?: string;
    readonly name: string;
    readonly version: string;
    readonly purl: string;
    readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
  }
  const { components } = JSON.parse(read('sbom.cdx.json')) as { readonly components: readonly Component[] };
  const nameOf = ({ group, name }: Component): string => (group === undefined ? name : `${group}/${name}`);

  it('names the packages that are in the program, and no tools of the build', () => {
    const names = components.map(nameOf);
    expect(names).toEqual(expect.arrayContaining(['@oclif/core', 'yaml', 'listr2', 'proper-lockfile', 'picomatch']));
    for (const tool of ['esbuild', 'typescript', 'vitest', 'ajv', 'graceful-fs']) expect(names).not.toContain(tool);
  });

  it('gives each its version, its address and the hash of its tarball', () => {
    for (const each of components) {
      const { version } = JSON.parse(read(join('node_modules', nameOf(each), 'package.json'))) as { version: string };
      const versions = components.filter((other) => nameOf(other) === nameOf(each)).map((other) => other.version);
      expect(versions).toContain(version);
      expect(each.purl).toBe(`pkg:npm/${nameOf(each).replace('@', '%40')}@${each.version}`);
      expect(each.hashes?.[0]).toMatchObject({ alg: 'SHA-512', content: expect.stringMatching(/^[0-9a-f]{128}$/) });
    }
  });

  it('has the licence of each in the notices', () => {
    const notices = read('THIRD-PARTY-NOTICES');
    for (const each of components) expect(notices).toContain(`\n${nameOf(each)} ${each.version} (`);
    expect(notices.match(/permission|licensed under|redistribution/gi)?.length).toBeGreaterThanOrEqual(
      components.length,
    );
  });

  it('is in the package that npm would publish', () => {
    const listed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      ...{ cwd: root, encoding: 'utf8' },
    });
    const [packed] = JSON.parse(listed) as { readonly files: readonly { readonly path: string }[] }[];
    const paths = packed?.files.map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(['THIRD-PARTY-NOTICES', 'sbom.cdx.json', 'LICENSE', 'README.md']));
  });
});

describe('listBundled', () => {
  it('leaves out packages of which no byte is in an output, and the sources of this repository', () => {
    const found = listBundled(root, [
      metafile({ 'node_modules/yaml/dist/index.js': 10, 'node_modules/listr2/dist/index.js': 0, 'src/main.ts': 99 }),
    ]);
    expect(found.map(({ name }) => name)).toEqual(['yaml']);
  });

  it('tells two versions of a package apart', () => {
    const found = listBundled(root, [
      metafile({
        'node_modules/wrap-ansi/index.js': 1,
        'node_modules/log-update/node_modules/wrap-ansi/index.js': 1,
      }),
    ]);
    expect(new Set(found.map(({ name }) => name))).toEqual(new Set(['wrap-ansi']));
    expect(new Set(found.map(({ version }) => version)).size).toBe(found.length);
  });
});
