/** A JSON object, or a YAML map, before it is checked. */
export type Keys = Readonly<Record<string, unknown>>;

/** The value of a JSON text; undefined if it is none. */
export function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

/** Text, comment, or a comma before a closing bracket: each is at most one pass over the text. */
const tokens = /"(?:[^"\\]|\\[^])*(?:"|$)|\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)|,(?=\s*[}\]])/g;

/** The value of a JSON text with comments and trailing commas; of a repeated key, the last one. Undefined if it is none. */
export function parseCommentedJson(text: string): unknown {
  const strip = (part: string): string => (part.startsWith('"') ? part : ' ');
  // A comment between a comma and its bracket hides the bracket from the first pass.
  return parseJson(
    text
      .replace(/^\ufeff/, '')
      .replace(tokens, strip)
      .replace(tokens, strip),
  );
}

export const isMap = (value: unknown): value is Keys =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Empty for anything but a map. */
export const asMap = (value: unknown): Keys => (isMap(value) ? value : {});

export const mapValues = <A, B>(map: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));
