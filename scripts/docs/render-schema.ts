import { stringify } from 'yaml';
import type { Fragment } from '../../src/providers/fragment.ts';

interface Page {
  readonly title: string;
  readonly introduction: string;
  /** What its blocks of YAML are, for the tests: see test/docs. */
  readonly marker: 'fragment' | 'personal' | 'machine';
}

interface Key {
  /** `services.NAME.ready` */
  readonly path: string;
  readonly schema: Fragment;
  readonly required: boolean;
}

/** The reference page of a file that has a schema: a section for each key at the top, a part for each key below. */
export function renderSchema(root: Fragment, { title, introduction, marker }: Page): string {
  const definitions = (root['definitions'] ?? {}) as Readonly<Record<string, Fragment>>;
  const shared = new Set(Object.keys(keysOf(root)).filter((name) => name in definitions));

  const resolve = (schema: Fragment): Fragment => {
    const name = referenceOf(schema);
    return name === undefined ? schema : { ...definitions[name], ...withoutReference(schema) };
  };

  const sectionOf = ({ path, schema, required }: Key): readonly string[] => {
    const whole = resolve(schema);
    const { description, examples = [] } = whole as { description?: string; examples?: readonly unknown[] };
    return [
      `## \`${path}\``,
      description ?? '',
      facts(whole, required),
      ...examples.map((example) => `\`\`\`yaml ${marker}\n${stringify({ [path]: example }).trim()}\n\`\`\``),
      ...below(whole, path).flatMap(partOf),
    ];
  };

  const partOf = ({ path, schema, required }: Key): readonly string[] => {
    const name = referenceOf(schema);
    const heading = `### \`${path}\``;
    if (name !== undefined && shared.has(name)) return [heading, `As [\`${name}\`](#${name}) at the top of the file.`];
    const whole = resolve(schema);
    const { description, examples = [] } = whole as { description?: string; examples?: readonly unknown[] };
    const example = examples.map((each) => `\`${inline(each)}\``).join(' or ');
    const body = [description ?? '', facts(whole, required), example === '' ? '' : `Example: ${example}`];
    return [heading, ...body, ...below(whole, path).flatMap(partOf)];
  };

  const required = new Set(root['required'] as readonly string[] | undefined);
  const sections = Object.entries(keysOf(root)).map(([path, schema]) =>
    sectionOf({ path, schema, required: required.has(path) }),
  );
  return [`# ${title}`, introduction, 'Keys that start with `x-` are yours, at every level.', ...sections.flat()]
    .filter((part) => part !== '')
    .join('\n\n');

  /** The keys inside a value: of an object, of the entries of a list, of the values of a map. */
  function below(schema: Fragment, path: string): readonly Key[] {
    const forms = [schema, ...((schema['anyOf'] as readonly Fragment[] | undefined) ?? [])];
    return forms.flatMap((form) => {
      if (form['type'] === 'array') return below(resolve(form['items'] as Fragment), `${path}[]`);
      const needed = new Set(form['required'] as readonly string[] | undefined);
      const own = Object.entries(keysOf(form)).map(([name, child]) => ({
        path: `${path}.${name}`,
        schema: child,
        required: needed.has(name),
      }));
      const values = valuesOf(form);
      return values === undefined ? own : [...own, ...below(resolve(values), `${path}.NAME`)];
    });
  }
}

const keysOf = (schema: Fragment): Readonly<Record<string, Fragment>> =>
  (schema['properties'] ?? {}) as Record<string, Fragment>;

const referenceOf = ({ $ref }: Fragment): string | undefined =>
  typeof $ref === 'string' ? $ref.replace('#/definitions/', '') : undefined;

const withoutReference = ({ $ref: _, ...rest }: Fragment): Fragment => rest;

/** What a map holds; undefined if the schema is not a map. */
function valuesOf(schema: Fragment): Fragment | undefined {
  const patterns = Object.entries((schema['patternProperties'] ?? {}) as Record<string, Fragment | true>);
  const found = patterns.find(([, values]) => values !== true);
  return found?.[1] as Fragment | undefined;
}

function facts(schema: Fragment, required: boolean): string {
  const { default: value, description } = schema;
  const told = typeof description === 'string' && description.includes('Default:');
  const type = describe(schema);
  const preset = required
    ? 'Required.'
    : told || value === null || isEmpty(value)
      ? ''
      : `Default: \`${inline(value)}\`.`;
  return [type === '' ? '' : `Type: ${type}.`, preset].filter((part) => part !== '').join(' ');
}

const isEmpty = (value: unknown): boolean =>
  value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);

function describe(schema: Fragment): string {
  const { type, anyOf, items, patternErrorMessage: expected, minimum, maximum } = schema;
  const values = schema['enum'] ?? (schema['const'] === undefined ? undefined : [schema['const']]);
  if (Array.isArray(values)) return values.map((value) => `\`${inline(value)}\``).join(' or ');
  if (Array.isArray(anyOf)) {
    const forms = (anyOf as readonly Fragment[]).map(describe).filter((form) => form !== '');
    return [...new Set(forms)].join('; or ');
  }
  if (typeof expected === 'string') return escape(expected);
  if (type === 'array') {
    const item = typeof items === 'object' ? describe(items as Fragment) : '';
    return item === '' ? 'a list' : `a list, each item ${item}`;
  }
  if (type === 'object') {
    const values = valuesOf(schema);
    if (values === undefined) return 'a map of the keys below';
    const names = schema['keyErrorMessage'];
    return typeof names === 'string' ? `a map; each name is ${escape(names)}` : 'a map';
  }
  if (type === 'integer') {
    return typeof minimum === 'number' && typeof maximum === 'number'
      ? `a whole number from ${String(minimum)} to ${String(maximum)}`
      : 'a whole number';
  }
  if (type === 'number') return 'a number';
  if (type === 'boolean') return '`true` or `false`';
  return typeof type === 'string' ? 'text' : '';
}

/** Plain text as Markdown. */
const escape = (text: string): string => text.replaceAll(/[*_<>]/g, '\\$&');

const inline = (value: unknown): string =>
  stringify(value, { collectionStyle: 'flow', lineWidth: 0, defaultStringType: 'PLAIN' }).trim();
