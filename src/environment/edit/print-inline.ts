/** A value that an edit writes: text, or lists and maps of it. */
export type EditValue = string | readonly EditValue[] | { readonly [key: string]: EditValue };

type Quoting = 'plain' | 'single' | 'double';

/** Text that needs no quotes, also in a flow collection. */
const plain = /^[A-Za-z_/](?:[A-Za-z0-9_./+^~=<>*@-]|:(?=[A-Za-z0-9/]))*$/;
const taken = /^(?:true|false|null|yes|no|on|off|y|n)$/i;

/** A value on one line. `quoting`: of its neighbours; `plain` adds quotes if it must. */
export function printInline(value: EditValue, quoting: Quoting = 'plain'): string {
  if (typeof value === 'string') return printText(value, quoting);
  if (isList(value)) return `[${value.map((item) => printInline(item, quoting)).join(', ')}]`;
  const pairs = Object.entries(value).map(([key, item]) => `${printText(key, 'plain')}: ${printInline(item, quoting)}`);
  return `{${pairs.join(', ')}}`;
}

export const isList = (value: EditValue): value is readonly EditValue[] => Array.isArray(value);

function printText(text: string, quoting: Quoting): string {
  if (quoting === 'plain' && plain.test(text) && !taken.test(text)) return text;
  if (quoting === 'single' && /^[ -~]*$/.test(text)) return `'${text.replaceAll("'", "''")}'`;
  return JSON.stringify(text);
}

/** The quoting of a scalar by the library's name for it. */
export const quotingOf = (type: unknown): Quoting =>
  type === 'QUOTE_DOUBLE' ? 'double' : type === 'QUOTE_SINGLE' ? 'single' : 'plain';
