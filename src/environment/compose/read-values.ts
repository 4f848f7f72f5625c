import { posix } from 'node:path';
import { quote } from '../problem.ts';
import { parseDuration, parseSize } from '../parse-quantity.ts';
import { splitWords } from '../split-words.ts';
import { interpolate, InterpolationError, type Lookup } from './interpolate.ts';
import { asListNode, ComposeProblem, describeKind, type Node } from './node.ts';

/** Variables and names that values of a compose file may refer to. */
export interface Reading {
  readonly lookup: Lookup;
  /** Without variables of the person. */
  readonly own: Lookup;
  /** Absolute path of the project. */
  readonly folder: string;
  /** Names of networks that the file declares. */
  readonly networks: ReadonlySet<string>;
  /** Names of volumes that the file declares. */
  readonly volumes: ReadonlySet<string>;
}

/** A text with its variables replaced, of any characters but NUL: what a program gets. */
export function readFreeText(node: Node, { lookup }: Reading): string {
  if (node.kind === 'empty') return '';
  if (node.kind !== 'text') throw new ComposeProblem(node, `this is ${describeKind(node)}`, 'text');
  const text = placed(node, () => interpolate(node.text, lookup));
  if (text.includes('\0')) throw new ComposeProblem(node, 'a text cannot hold NUL');
  return text;
}

/** The same, without control characters: a name, a path, an option. */
export function readText(node: Node, reading: Reading): string {
  const text = readFreeText(node, reading);
  // oxlint-disable-next-line no-control-regex -- this refuses control characters
  if (/[\x00-\x1f\x7f]/.test(text)) throw new ComposeProblem(node, `${quote(text)} holds control characters`);
  return text;
}

/** An absolute path in a container, without `.` parts, a colon and a slash at its end. */
export function readPlace(path: string, node: Node): string {
  if (!/^\/[^:]*$/.test(path)) throw new ComposeProblem(node, `${quote(path)} is not an absolute path`);
  const plain = posix.normalize(path);
  return plain === '/' ? plain : plain.replace(/\/+$/, '');
}

/** The value of a variable that a file only names; undefined if it is not set. */
export const readVariable = (node: Node, name: string, { lookup }: Reading): string | undefined =>
  placed(node, () => lookup(name));

function placed<T>(node: Node, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof InterpolationError) throw new ComposeProblem(node, error.message);
    throw error;
  }
}

/** A text of a form; `expected`: the form, for people. */
export function readForm(node: Node, reading: Reading, form: RegExp, expected: string): string {
  const text = readText(node, reading);
  if (form.test(text)) return text;
  throw new ComposeProblem(node, `${quote(text)} is not allowed`, expected);
}

export const readFlag = (node: Node, reading: Reading): boolean =>
  /^(?:true|yes|on|y)$/i.test(readForm(node, reading, /^(?:true|false|yes|no|on|off|y|n)$/i, 'true or false'));

export const readNumber = (node: Node, reading: Reading): number =>
  Number(readForm(node, reading, /^-?\d{1,15}(?:\.\d+)?$/, 'a number'));

/** One text, or a list of them. */
export const readTexts = (node: Node, reading: Reading): string[] =>
  (node.kind === 'text' ? [node] : asListNode(node)).map((item) => readText(item, reading));

/** Texts of a form; `expected`: the form, for people. */
export const readForms = (node: Node, reading: Reading, form: RegExp, expected: string): string[] =>
  (node.kind === 'text' ? [node] : asListNode(node)).map((item) => readForm(item, reading, form, expected));

/** A command: a line is split into words, as Compose does. */
export const readWords = (node: Node, reading: Reading): string[] =>
  node.kind === 'text'
    ? splitWords(readFreeText(node, reading))
    : asListNode(node).map((item) => readFreeText(item, reading));

/** `1m30s`, `1.5s`, `500ms` → milliseconds, at most `longestWait`. */
export const readDuration = (node: Node, reading: Reading): number =>
  parseDuration(readForm(node, reading, /^(?:\d{1,9}(?:\.\d+)?(?:us|ms|s|m|h))+$|^0$/, 'a duration such as 1m30s'));

/** `512m`, `1.5gb`, `64M`, `1024` → bytes. */
export const readSize = (node: Node, reading: Reading): number =>
  parseSize(readForm(node, reading, /^\d{1,15}(?:\.\d+)?\s*(?:b|[kmgt]i?b?)?$/i, 'a size such as 512m'));
