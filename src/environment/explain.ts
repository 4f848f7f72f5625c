import { findNearest } from '../errors/find-nearest.ts';
import { translateKey } from './foreign-keys.ts';
import type { Hint, SchemaError } from './generated/validate.js';
import { atKey, atValue, quote, type UnplacedProblem, type Path } from './problem.ts';

/** More findings only cost time. */
const maxFindings = 200;

/** Errors of the validator as findings. */
export function explain(
  errors: readonly SchemaError[],
  value: unknown,
  hints: Readonly<Record<string, Hint>>,
): UnplacedProblem[] {
  const merged = mergeForms(errors);
  // What is of another type is not compared further.
  const mistyped = new Set(merged.filter(({ keyword }) => keyword === 'type').map(({ instancePath }) => instancePath));
  return merged
    .filter(({ keyword, instancePath }) => keyword === 'type' || !mistyped.has(instancePath))
    .slice(0, maxFindings)
    .map((error) => explainOne(error, value, hints));
}

/**
 * An error of `anyOf` follows the errors of each of its forms. Forms differ in
 * their YAML type: keeps the errors of the form whose type was written. If
 * there is none, all types together are expected.
 */
function mergeForms(errors: readonly SchemaError[]): SchemaError[] {
  const merged: SchemaError[] = [];
  for (const error of errors) {
    if (error.keyword !== 'anyOf') {
      merged.push(error);
      continue;
    }
    let start = merged.length;
    while (start > 0 && isWithin(merged[start - 1]?.instancePath ?? '', error.instancePath)) start -= 1;
    const forms = merged.splice(start);
    const isType = ({ instancePath, keyword }: SchemaError): boolean =>
      keyword === 'type' && instancePath === error.instancePath;
    const deeper = forms.filter((form) => !isType(form));
    // Of one word out of a few, the other forms may be what was meant.
    const others = forms.filter(isType).flatMap(({ params }) => params['type']);
    const isWord = ({ instancePath, keyword }: SchemaError): boolean =>
      instancePath === error.instancePath && keyword === 'enum';
    if (deeper.length > 0)
      merged.push(...deeper.map((form) => (isWord(form) ? { ...form, params: { ...form.params, others } } : form)));
    else merged.push({ ...error, keyword: 'type', params: { type: forms.flatMap(({ params }) => params['type']) } });
  }
  return merged;
}

const isWithin = (path: string, around: string): boolean => path === around || path.startsWith(`${around}/`);

function explainOne(
  { instancePath, schemaPath, keyword, params }: SchemaError,
  root: unknown,
  hints: Readonly<Record<string, Hint>>,
): UnplacedProblem {
  const { path, value } = follow(root, instancePath);
  const hint = hints[schemaPath.slice(0, schemaPath.lastIndexOf('/'))] ?? {};
  switch (keyword) {
    case 'additionalProperties':
      return explainKey(path, String(params['additionalProperty']), hint);
    case 'required':
      return atKey([...path, String(params['missingProperty'])], 'this key is missing');
    case 'type':
      return atValue(
        path,
        `this is ${kindOf(value)}`,
        `${nameType(params['type'], hint)}${printSome(value, params['type'], hint)}`,
      );
    case 'pattern':
      return atValue(path, `${print(value)} is not allowed${nameOddLetter(value)}`, hint.expected);
    case 'enum': {
      const allowed = (params['allowedValues'] as readonly unknown[]).map(String);
      const suggestion = typeof value === 'string' ? findNearest(value, allowed) : undefined;
      const others = (params['others'] ?? []) as readonly unknown[];
      const wanted = [allowed.join(', '), ...(others.length > 0 ? [printTypes(others)] : [])].join(', or ');
      const finding = atValue(path, `${print(value)} is not allowed`, wanted);
      return suggestion === undefined ? finding : { ...finding, suggestion };
    }
    case 'const':
      return atValue(path, `${print(value)} is not allowed`, String(params['allowedValue']));
    case 'minItems':
      return atValue(path, 'the list is empty', 'at least one entry');
    default:
      // A bound of a number: params are {comparison, limit}.
      return atValue(
        path,
        `${print(value)} is out of range`,
        `a number ${String(params['comparison'])} ${String(params['limit'])}`,
      );
  }
}

function explainKey(parent: Path, key: string, { keys = [], names }: Hint): UnplacedProblem {
  const path = [...parent, key];
  if (names !== undefined) return atKey(path, `the key ${quote(key)} is not allowed`, names);
  const suggestion = translateKey(key, keys) ?? findNearest(key.toLowerCase(), keys);
  if (suggestion !== undefined) return { ...atKey(path, 'unknown key'), suggestion };
  return atKey(path, 'unknown key', `${keys.join(', ')}, or your own key x-…`);
}

/** Follows a JSON pointer: its numbers are indexes in lists, and keys in maps. */
function follow(root: unknown, pointer: string): { path: Path; value: unknown } {
  const path: (string | number)[] = [];
  let value = root;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    path.push(Array.isArray(value) ? Number(key) : key);
    value = (value as Record<string, unknown>)[key];
  }
  return { path, value };
}

const print = (value: unknown): string => (typeof value === 'string' ? quote(value) : JSON.stringify(value));

/** Names a letter beyond ASCII by its number: it may look like one of the keyboard. */
function nameOddLetter(value: unknown): string {
  const letter = typeof value === 'string' ? /[\u0080-\u{10ffff}]/u.exec(value)?.[0] : undefined;
  const number = letter?.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0');
  return number === undefined ? '' : ` (it contains the letter U+${number})`;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  return typeof value === 'string' ? 'text' : `the ${typeof value} ${print(value)}`;
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'text',
  array: 'a list',
  object: 'a map of keys',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  null: 'nothing',
};

/** Text of a certain form is named by its form. */
const nameType = (type: unknown, { expected }: Hint): string =>
  type === 'string' && expected !== undefined && !expected.startsWith('text') ? expected : printTypes(type);

/** The first keys of a map, or a list of what was written alone. */
function printSome(value: unknown, type: unknown, { keys = [] }: Hint): string {
  if (type === 'object' && keys.length > 0) return ` such as ${keys.slice(0, 3).join(', ')}`;
  const plain = typeof value === 'number' || (typeof value === 'string' && /^[\w.@/+-]{1,40}$/.test(value));
  return type === 'array' && plain ? ` such as [${String(value)}]` : '';
}

function printTypes(types: unknown): string {
  const names = (Array.isArray(types) ? types : [types]).map((type) => typeWords[String(type)] ?? String(type));
  return [...new Set(names)].join(' or ');
}
