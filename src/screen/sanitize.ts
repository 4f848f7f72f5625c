/* oxlint-disable no-control-regex -- this file removes control characters */
// Whole ESC and C1 sequences, so that no `[31m` is left behind: CSI, strings
// (OSC, DCS, SOS, PM, APC) up to their end, then two-character sequences.
const sequence =
  /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)?|\x1b[ -/]*[0-~]?/g;

const control = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;

/** Marks that change the direction of text, and invisible separators. */
const bidi = /[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

const plain = /^[\n\t\x20-\x7e]*$/;

/**
 * Makes untrusted text (logs, labels, registry errors, file names) safe to
 * print: drops terminal sequences, replaces other control characters and bidi
 * marks with U+FFFD, keeps tabs and line feeds. Idempotent.
 */
export function sanitize(text: string): string {
  // Most text is plain. The first use of the other patterns costs more than all other output.
  if (plain.test(text)) return text;
  return text.replace(sequence, '').replace(/\r\n/g, '\n').replace(control, '\ufffd').replace(bidi, '\ufffd');
}

/** Like `sanitize`, on one line: untrusted text must not start a new line. */
export function sanitizeLine(text: string): string {
  return sanitize(text).replace(/[\n\t]+/g, ' ');
}

/** Lines of untrusted text, each on one line. */
export const joinLines = (lines: readonly string[]): string => lines.map(sanitizeLine).join('\n');

const style = /(\x1b\[[0-9;]*m)/;

/** Like `sanitize`, but keeps colours and other styles: what a renderer prints, whatever it forgot. */
export function sanitizeStyled(text: string): string {
  if (plain.test(text)) return text;
  return text
    .split(style)
    .map((part, index) => (index % 2 === 1 ? part : sanitize(part)))
    .join('');
}
