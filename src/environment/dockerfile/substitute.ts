/** Names whose value the builder knows, such as the architecture. */
export const builderNames = /^(?:TARGET|BUILD)(?:PLATFORM|OS|ARCH|VARIANT)$/;

/** Text with the values of its variables, or the first name that has none. */
type Substituted = { readonly text: string } | { readonly missing: string };

/** Characters; a value that doubles again and again soon fills the memory. */
const longest = 64 * 1024;

/** Replaces `$NAME`, `${NAME}`, `${NAME:-default}` and `${NAME:+other}`. */
export function substitute(text: string, values: ReadonlyMap<string, string>): Substituted {
  let missing: string | undefined;
  const form = /\\(.)|\$(?:([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)(?::?([-+])([^}]*))?\})/g;
  const replace = (_: string, escaped?: string, plain?: string, braced?: string, kind?: string, word = ''): string => {
    if (escaped !== undefined) return escaped;
    const name = plain ?? braced ?? '';
    const value = values.get(name) ?? '';
    if (kind === '+') return value === '' ? '' : word;
    if (value === '' && kind === '-') return word;
    if (!values.has(name)) missing ??= name;
    return value;
  };
  const replaced = text.replace(form, replace);
  if (replaced.length > longest) missing ??= text.slice(0, 40);
  return missing === undefined ? { text: replaced } : { missing };
}
