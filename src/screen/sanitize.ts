/* eslint-disable no-control-regex -- control characters are what this file is about */
// ESC and C1 sequences whole, so that no `[31m` is left behind: CSI, then
// strings (OSC, DCS, SOS, PM, APC) up to their end, then two-character ones.
const sequence =
  /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)?|\x1b[ -/]*[0-~]?/g;

const control = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;

/** Marks that change the order in which letters are shown, and invisible separators. */
const bidi = /[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

const plain = /^[\n\t\x20-\x7e]*$/;

/**
 * Makes text of others (logs, labels, registry errors, file names) safe to
 * print: terminal sequences are dropped, other control characters and bidi
 * marks become U+FFFD. Tabs and line feeds stay. Idempotent.
 */
export function sanitize(text: string): string {
  // Most is, and the first use of the others takes longer than all else that is printed.
  if (plain.test(text)) return text;
  return text.replace(sequence, '').replace(/\r\n/g, '\n').replace(control, '\ufffd').replace(bidi, '\ufffd');
}

/** As `sanitize`, on one line: what must not start a line of its own. */
export function sanitizeLine(text: string): string {
  return sanitize(text).replace(/[\n\t]+/g, ' ');
}
