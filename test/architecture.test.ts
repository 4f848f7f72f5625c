import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

const src = resolve(import.meta.dirname, '../src');

/** Who may import whom. A folder may always import itself. */
const allowed: Record<string, readonly string[]> = {
  model: [],
  errors: [],
  ports: ['model'],
  providers: ['model', 'errors'],
  config: ['model', 'errors', 'ports'],
  lock: ['model', 'errors', 'ports'],
  plan: ['model', 'errors', 'providers'],
  drift: ['model', 'errors', 'providers'],
  secrets: ['model'],
  apply: ['model', 'errors', 'ports'],
  app: ['model', 'errors', 'ports', 'providers', 'config', 'lock', 'plan', 'drift', 'secrets', 'apply'],
  engine: ['model', 'errors', 'ports'],
  registry: ['model', 'errors', 'ports'],
  host: ['model', 'errors', 'ports'],
  ui: ['model', 'errors', 'ports'],
  commands: ['app', 'ui', 'model', 'errors', 'wire.ts'],
  'wire.ts': [
    'model',
    'errors',
    'ports',
    'providers',
    'config',
    'lock',
    'plan',
    'drift',
    'secrets',
    'apply',
    'app',
    'engine',
    'registry',
    'host',
    'ui',
  ],
  'start.ts': ['main.ts'],
  'main.ts': ['commands', 'errors', 'ui', 'wire.ts'],
};

/** These import no package and no node: module. */
const pure = new Set(['model', 'errors', 'ports', 'plan', 'drift', 'secrets', 'providers']);

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const folderOf = (path: string): string => relative(src, path).split(sep)[0] ?? '';
const specifiers = (text: string): string[] =>
  [...text.matchAll(/(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)].map((match) => match[1] ?? '');

describe('architecture', () => {
  it.each(files)('%s imports only what its folder may', (file) => {
    const path = join(src, file);
    const folder = folderOf(path);
    const rules = allowed[folder];
    expect(rules, `src/${folder} has no row in the table`).toBeDefined();
    for (const specifier of specifiers(readFileSync(path, 'utf8'))) {
      if (!specifier.startsWith('.')) {
        expect(pure.has(folder), `${folder} is pure but imports ${specifier}`).toBe(false);
        continue;
      }
      const target = resolve(dirname(path), specifier);
      if (!target.startsWith(src + sep)) continue;
      const to = folderOf(target);
      if (to !== folder) expect(rules, `${file} imports ${specifier}`).toContain(to);
    }
  });
});
