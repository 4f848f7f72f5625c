/* oxlint-disable no-control-regex -- removing control characters is what this file is for */
const sequences = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])/g;
const spaces = /[\t\n\v\f\r\u2028\u2029]+/g;
const controls = /[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** Makes one line without escape sequences, control characters and bidi marks, of at most `limit` characters. */
export function cleanText(text: string, limit = 1000): string {
  // Cut first: the text may be megabytes long.
  const plain = text
    .slice(0, limit * 4)
    .replace(sequences, '')
    .replace(spaces, ' ')
    .replace(controls, '')
    .trim();
  return plain.length > limit ? `${plain.slice(0, limit - 1)}\u2026` : plain;
}
