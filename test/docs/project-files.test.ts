import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readPage, root } from './read-pages.ts';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const manifest = JSON.parse(read('package.json')) as { readonly version: string; readonly files: readonly string[] };

describe('the changelog', () => {
  const text = read('CHANGELOG.md');

  it('has a section for what is not released, and one for the version of the package', () => {
    const versions = [...text.matchAll(/^## \[(.*?)\]/gm)].map(([, version]) => version);
    expect(versions[0]).toBe('Unreleased');
    expect(versions).toContain(manifest.version);
  });

  it('groups changes by the kinds of Keep a Changelog', () => {
    const kinds = [...text.matchAll(/^### (.*)$/gm)].map(([, kind]) => kind);
    for (const kind of kinds)
      expect(['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security']).toContain(kind);
    expect(kinds.length).toBeGreaterThan(0);
  });
});

describe('the folders of src/', () => {
  const rooms = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());

  it.each(rooms.map(({ name }) => name))('%s is in the architecture and in the list for contributors', (name) => {
    expect(read('docs/architecture.md')).toContain(`${name}["${name}<br>`);
    expect(read('CONTRIBUTING.md')).toContain(`\`src/${name}/\``);
  });
});

describe('the workflow', () => {
  it('runs the two commands of the README, and nothing else', () => {
    const { jobs } = parse(read('.github/workflows/ci.yml')) as {
      readonly jobs: Readonly<Record<string, { readonly steps: readonly { readonly run?: string }[] }>>;
    };
    const commands = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));
    const lines = readPage('README.md').blocks[0]?.text.trim().split('\n') ?? [];
    expect(commands).toEqual(lines.map((line) => line.replace(/\s*#.*/, '')));
  });
});

describe('the guide to engines', () => {
  /** For tests, and between devenv and what it starts. */
  const internal = ['TEAMVM_EXEC', 'TEAMVM_FAILPOINT', 'TEAMVM_PROMPT'];

  it('lists every variable that the program reads', () => {
    const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.includes('generated'))
      .map((file) => read(join('src', file)));
    const used = new Set(sources.flatMap((text) => text.match(/\bTEAMVM_[A-Z_]+\b/g) ?? []));
    const rows = [...read('docs/guides/engines.md').matchAll(/^\| `(TEAMVM_\w+)`/gm)].map(([, name]) => name);
    expect(rows.sort()).toEqual([...used].filter((name) => !internal.includes(name)).sort());
  });
});
