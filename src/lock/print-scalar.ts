/** Words and paths: what every YAML reader takes for text as it stands. */
const plain = /^(?:[A-Za-z_/](?:[A-Za-z0-9_./@+:-]*[A-Za-z0-9_./@+-])?)(?: [A-Za-z0-9_./@+-]+)*$/;
/** Words that some YAML readers take for something else. */
const taken = /^(?:true|false|null|yes|no|on|off|y|n|inf|nan)$/i;
/** What editors and diffs would not show as it is: control characters, marks that reorder text, separators of lines. */
const hidden = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff]/g;

/** A text as a YAML scalar on one line: as it stands where that is safe, else in double quotes. */
export function printScalar(text: string): string {
  if (plain.test(text) && !taken.test(text)) return text;
  return JSON.stringify(text).replace(hidden, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
