const words =
  /^(?:[<{%](?![0-9a-f]{40}).*|Ag[A-Za-z0-9+/]{190}.*|.*(?:\$\{|\$\(\w|%[({]\w+[)}]|%[A-Z_]{2,30}%|\{\{|x{4}|\*{3}|\.{3}|…|example|changeme|change[-_ ]me|placeholder|redacted|dummy|your[-_ ]|my[-_ ]?(?:pass|secret|token)|insert[-_ ]|replace[-_ ]|todo).*)$/i;

/** Usual passwords of local test servers, which protect nothing. */
const usual =
  /^(?:pass(?:word|wd)?|secret|token|test(?:ing)?|dev(?:elopment)?|local(?:host)?|admin|root|user(?:name)?|guest|postgres|mysql|redis|mongo|rabbitmq|none|null|true|false|undefined)[0-9]{0,4}!?$/i;

/** True for a text in place of a secret: in manuals, templates and default settings, or encrypted for a cluster. */
export function isPlaceholder(value: string): boolean {
  return words.test(value) || usual.test(value) || isReference(value) || new Set(value).size < 4;
}

/** `$NAME`, with little around it: long random values have a `$` before a letter too, and `t1cket$River` is a password. */
const isReference = (value: string): boolean =>
  /\$[A-Za-z_]/.test(value.replaceAll(/(?<=\w)\$(?=[A-Z][a-z])/g, '')) &&
  value.replaceAll(/\$\w{1,20}/g, '').length < 24;

/** True for the base64 of `user:password`. */
export function isLogin(value: string): boolean {
  const text = Buffer.from(value, 'base64').toString('latin1');
  const password = /^[\x20-\x39\x3b-\x7e]{1,100}:([\x20-\x7e]{3,})$/.exec(text)?.[1];
  return password !== undefined && !isPlaceholder(password) && password !== 'open sesame';
}
