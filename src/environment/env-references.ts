/** A part of a value of `env`: text, or a variable of the image or of the person's machine. */
type EnvPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'image'; readonly name: string; readonly fallback?: string }
  | { readonly kind: 'host'; readonly name: string; readonly fallback: string };

/** `$$`, `${NAME}`, `${NAME:-default}`, `${host:NAME:-default}`, or a `${` that is none of them. */
const form = /\$\$|\$\{(host:)?([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}|\$\{/g;

/** The parts of a value of `env`, or the text in it that is no reference. */
export function parseEnvValue(value: string): readonly EnvPart[] | string {
  const parts: EnvPart[] = [];
  let end = 0;
  for (const match of value.matchAll(form)) {
    const [whole, host, name, fallback] = match;
    parts.push({ kind: 'text', text: value.slice(end, match.index) });
    end = match.index + whole.length;
    if (whole === '$$') parts.push({ kind: 'text', text: '$' });
    else if (name === undefined || (host !== undefined && fallback === undefined))
      return value.slice(match.index, match.index + 40);
    else if (host !== undefined) parts.push({ kind: 'host', name, fallback: fallback ?? '' });
    else parts.push({ kind: 'image', name, ...(fallback !== undefined && { fallback }) });
  }
  return [...parts, { kind: 'text', text: value.slice(end) }];
}

/** The parts of all values of a valid `env`. */
const partsOf = (value: string): readonly EnvPart[] => {
  const parts = parseEnvValue(value);
  return typeof parts === 'string' ? [] : parts;
};

/** Names of variables of the person's machine that `env` refers to, sorted. */
export function listHostNames(env: Readonly<Record<string, string>>): readonly string[] {
  const parts = Object.values(env).flatMap(partsOf);
  return [...new Set(parts.flatMap((part) => (part.kind === 'host' ? [part.name] : [])))].sort();
}

/** A text as a value of `env` that stands for it. */
export const escapeEnvValue = (text: string): string => text.replaceAll('$', '$$$$');

/**
 * A value of `env` with its references replaced. `inherited`: variables that a
 * command has without devenv.yaml; `host`: those of the person's machine. Calls
 * `refuse` with a name that is not inherited.
 */
export function expandEnvValue(
  value: string,
  inherited: ReadonlyMap<string, string>,
  host: Readonly<Record<string, string>>,
  refuse: (name: string) => Error,
): string {
  return partsOf(value)
    .map((part) => {
      if (part.kind === 'text') return part.text;
      const found = part.kind === 'host' ? host[part.name] : inherited.get(part.name);
      if (found !== undefined && (found !== '' || part.fallback === undefined)) return found;
      if (part.fallback === undefined) throw refuse(part.name);
      return part.fallback;
    })
    .join('');
}
