/**
 * The variables of a `.env` file: `NAME=value` lines, `export` in front or
 * not. Single quotes keep everything, double quotes know \n, \r, \t, \" and \\,
 * both may go over several lines; without quotes the value ends at ` #`. What
 * is none of this is passed over. The last of several counts.
 */
export function parseDotenv(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  const entry =
    /^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*(?:'([^']*)'|"((?:[^"\\]|\\[^])*)"|([^\r\n]*))/gm;
  for (const [, name = '', single, double, bare = ''] of text.replace(/^\uFEFF/, '').matchAll(entry)) {
    values.set(name, single ?? (double === undefined ? trimBare(bare) : unescape(double)));
  }
  return values;
}

const trimBare = (text: string): string => text.replace(/(^|[ \t])#.*$/, '').trim();

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

const unescape = (text: string): string =>
  text.replace(/\\([^])/g, (whole, letter: string) => escapes[letter] ?? (/["\\$]/.test(letter) ? letter : whole));
