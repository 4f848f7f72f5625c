/** The value of a variable; undefined if it is not set. */
export type Lookup = (name: string) => string | undefined;

const maxNesting = 20;
/** Characters: a few variables can make a huge text of a small file. */
const maxLength = 256 * 1024;

/** A text whose variables cannot be replaced: the message says why. */
export class InterpolationError extends Error {
  override readonly name = 'InterpolationError';
}

/**
 * Replaces `$NAME`, `${NAME}` and the forms with `:-`, `-`, `:?`, `?`, `:+` and
 * `+`, which may be nested; `$$` is a dollar sign, and one before anything else
 * stays. Throws InterpolationError, also for a variable that is not set, for
 * which Compose would put nothing.
 */
export function interpolate(text: string, lookup: Lookup, depth = 0): string {
  if (depth > maxNesting) throw new InterpolationError('its variables are nested too deep');
  let result = '';
  for (let at = 0; at < text.length;) {
    if (result.length > maxLength) throw new InterpolationError('its variables make it too long');
    const next = text.indexOf('$', at);
    if (next < 0) return result + text.slice(at);
    result += text.slice(at, next);
    const rest = text.slice(next + 1, next + 300);
    const [name] = /^[A-Za-z_][A-Za-z0-9_]*/.exec(rest) ?? [];
    if (rest.startsWith('{')) {
      const end = findEnd(text, next + 2);
      result += resolve(text.slice(next + 2, end), lookup, depth);
      at = end + 1;
    } else {
      result += name === undefined ? '$' : demand(name, lookup);
      at = next + 1 + (name?.length ?? (rest.startsWith('$') ? 1 : 0));
    }
  }
  return result;
}

/** The index of the brace that closes the one before `from`. */
function findEnd(text: string, from: number): number {
  let open = 1;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '$' && text[at + 1] === '$') at += 1;
    else if (text[at] === '$' && text[at + 1] === '{') open += 1;
    else if (text[at] === '}' && (open -= 1) === 0) return at;
  }
  throw new InterpolationError('a "${" is not closed');
}

function resolve(inner: string, lookup: Lookup, depth: number): string {
  const [, name = '', operator = '', operand = ''] = /^([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-?+])([^]*))?$/.exec(inner) ?? [];
  if (name === '') throw new InterpolationError(`"\${${inner.slice(0, 40)}}" is not a variable`);
  if (operator === '') return demand(name, lookup);
  const value = lookup(name);
  const counts = value !== undefined && !(operator.startsWith(':') && value === '');
  const other = (): string => interpolate(operand, lookup, depth + 1);
  if (operator.endsWith('+')) return counts ? other() : '';
  if (counts) return value;
  if (operator.endsWith('-')) return other();
  throw new InterpolationError(`the variable ${name} is not set: ${other() || 'it is required'}`);
}

function demand(name: string, lookup: Lookup): string {
  const value = lookup(name);
  if (value !== undefined) return value;
  throw new InterpolationError(
    `the variable ${name} is not set; set it in the .env file beside this file, or write \${${name}:-} for nothing`,
  );
}
