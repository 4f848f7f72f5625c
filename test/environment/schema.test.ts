import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { generateSchemas } from '../../scripts/schema/generate.ts';
import { parseConfig } from '../../src/environment/parse.ts';
import { fillTemplate } from '../../src/share/init.ts';
import { nameProject } from '../../src/share/move-in/name-project.ts';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const schema = JSON.parse(read('schemas/devenv.schema.json')) as Record<string, unknown>;

interface Place {
  readonly pointer: string;
  readonly node: Record<string, unknown>;
}

/** Every key that a person can write: the entries of `properties`, references followed. */
function listKeys(node: unknown, pointer: string): Place[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]: [string, unknown]) => {
    if (['default', 'examples'].includes(key)) return [];
    const inner = `${pointer}/${key}`;
    const keys =
      key === 'properties'
        ? Object.entries(value as Record<string, Record<string, unknown>>).map(([name, part]) => ({
            pointer: `${inner}/${name}`,
            node: { ...followRef(part), ...part },
          }))
        : [];
    return [...keys, ...listKeys(value, inner)];
  });
}

const followRef = ({ $ref }: Record<string, unknown>): Record<string, unknown> => {
  if (typeof $ref !== 'string') return {};
  const definitions = schema['definitions'] as Record<string, Record<string, unknown>>;
  return definitions[$ref.replace('#/definitions/', '')] ?? {};
};

const ajv = new Ajv({ allowUnionTypes: true });
ajv.addVocabulary(['patternErrorMessage', 'keyErrorMessage']);
ajv.addSchema(schema, 'devenv');

describe('the JSON Schemas', () => {
  it('are what their source makes', { timeout: 30_000 }, async () => {
    for (const [path, content] of Object.entries(await generateSchemas())) {
      expect(read(path), `${path}: run npx tsx scripts/generate-schemas.ts`).toBe(content);
    }
  });

  it.each(listKeys(schema, '').map(({ pointer, node }) => [pointer, node] as const))(
    '%s has a description, a default and examples that are valid',
    (pointer, node) => {
      expect(node['description'], 'description').toBeTypeOf('string');
      expect(node, 'default').toHaveProperty('default');
      expect(node['examples'], 'examples').toBeInstanceOf(Array);
      const validate = ajv.getSchema(`devenv#${pointer.split('/').map(encodeURIComponent).join('/')}`);
      for (const example of node['examples'] as unknown[]) {
        expect(validate?.(example), JSON.stringify(validate?.errors)).toBe(true);
      }
    },
  );
});

describe('the template', () => {
  const template = read('templates/devenv.yaml');

  it('is valid as it is, and as answered', () => {
    expect(parseConfig(template, 'f')).toMatchObject({ name: 'my-project', packages: { apt: [] } });
    const filled = fillTemplate(template, 'shop-api', { bootstrap: 'bookworm' });
    expect(parseConfig(filled, 'f')).toMatchObject({
      name: 'shop-api',
      base: { kind: 'bootstrap', suite: 'bookworm' },
    });
  });

  it('keeps its comments, the first of which is for editors', () => {
    const filled = fillTemplate(template, 'shop-api', 'debian:bookworm-slim');
    expect(filled.split('\n')[0]).toBe(`# yaml-language-server: $schema=${String(schema['$id'])}`);
    const comments = (text: string): string[] => text.split('\n').filter((line) => line.trimStart().startsWith('#'));
    expect(comments(filled).length).toBe(comments(template).length);
  });

  it.each([
    ['Shop API', 'shop-api'],
    ['Café_2.0', 'cafe-2-0'],
    ['日本', 'project'],
    ['-x-', 'x'],
    [`${'a'.repeat(62)}--b`, 'a'.repeat(62)],
  ])('names a project after its folder: %s → %s', (folder, name) => {
    expect(nameProject(folder)).toBe(name);
    expect(parseConfig(`version: 1\nname: ${name}\nbase: a\n`, 'f').name).toBe(name);
  });
});
