import { sanitizeLine } from '../sanitize.ts';

/** Text that is HTML already. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Value = Markup | string | number | false | readonly Value[];

/** A template whose values are escaped, unless they are HTML. For text and for attributes in double quotes. */
export function markup(parts: TemplateStringsArray, ...values: readonly Value[]): Markup {
  return new Markup(parts.map((part, index) => (index === 0 ? part : print(values[index - 1] ?? '') + part)).join(''));
}

function print(value: Value): string {
  if (value instanceof Markup) return value.text;
  if (value === false) return '';
  if (typeof value === 'object') return value.map(print).join('');
  return escape(String(value));
}

const names: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Marks that change the direction of text are gone, too: they could show another text than there is. */
const escape = (text: string): string => sanitizeLine(text).replace(/[&<>"']/g, (character) => names[character] ?? '');

/** A value for a `<script type="application/json">`, which no text in it can end. */
export const jsonData = (value: unknown): Markup =>
  new Markup(
    JSON.stringify(value, (_key, each: unknown) => (typeof each === 'string' ? sanitizeLine(each) : each)).replace(
      /[<>&\u2028\u2029]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  );
