const words =
  /^(?:[<{%].*|.*(?:\$\{?[A-Za-z_(]|\$\(|%[({A-Z]|\{\{|x{4}|\*{3}|\.{3}|…|example|changeme|change[-_ ]me|placeholder|redacted|dummy|your[-_ ]|my[-_ ]?(?:pass|secret|token)|insert[-_ ]|replace[-_ ]|todo).*)$/i;

/** Usual passwords of local test servers, which protect nothing. */
const usual =
  /^(?:pass(?:word|wd)?|secret|token|test(?:ing)?|dev(?:elopment)?|local(?:host)?|admin|root|user(?:name)?|guest|postgres|mysql|redis|mongo|rabbitmq|none|null|true|false|undefined)[0-9]{0,4}!?$/i;

/** True for a text in place of a secret: in manuals, templates and default settings. */
export function isPlaceholder(value: string): boolean {
  return words.test(value) || usual.test(value) || new Set(value).size < 4;
}

/**
 * True if a value that is assigned to a password is likely one: it mixes
 * letters and digits, and is no path, address, call or name of a program.
 */
export function looksRandom(value: string, quoted: boolean): boolean {
  if (/\s/.test(value) || !/[0-9]/.test(value) || !/[A-Za-z]/.test(value)) return false;
  if (/^(?:[/~.]|[a-z]+:\/\/|0x[0-9a-f]+$|sha(?:256|512)?[:-]|v?\d+(?:\.\d+)+)/i.test(value)) return false;
  if (/^[A-Za-z_$][\w$]*(?:(?:\.|::|->)[A-Za-z_$][\w$]*)+$/.test(value)) return false;
  // Words in one: `x-aws-ec2-metadata-token`, `SignatureV4Credentials`, `arn:aws:iam::123:role/x`.
  if (/^[A-Za-z]+[0-9]{0,2}[A-Za-z]*(?:[-_.:/][A-Za-z]+[0-9]{0,2}[A-Za-z]*)+$|^arn:aws:/.test(value)) return false;
  if (/^[a-z]*(?:[A-Z]+[a-z]{2,}|[A-Z]{2,}|[A-Z]?[0-9]{1,4})+$/.test(value) && /[a-z]{3}/.test(value)) return false;
  // A word with a number is a name: `password: utf8mb4_general`, `token = token_type2`.
  if (/^[a-z]+(?:[_.-][a-z]+)*(?:[_-]?[0-9]{0,4})$/i.test(value) && !/[a-z][A-Z]|[A-Z][a-z]+[A-Z]/.test(value))
    return false;
  return quoted || value.length >= 10 || /[^\w.-]/.test(value);
}

/** True for the base64 of `user:password`. */
export function isLogin(value: string): boolean {
  const text = Buffer.from(value, 'base64').toString('latin1');
  const password = /^[\x20-\x39\x3b-\x7e]{1,100}:([\x20-\x7e]{3,})$/.exec(text)?.[1];
  return password !== undefined && !isPlaceholder(password) && password !== 'open sesame';
}
