/** What JSON leaves as it is, but a terminal acts upon: DEL and C1, bidi marks, line separators. */
const unsafe = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;

/** One JSON document with a line end, safe to print on a terminal and equal in meaning to the value. */
export function stringifyJson(value: unknown): string {
  const text = JSON.stringify(value, undefined, 2) ?? 'null';
  return `${text.replace(unsafe, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}
