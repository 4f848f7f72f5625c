/**
 * Whether a pinned version fits a request; a pin of an earlier request may not.
 * Knows `24`, `24.1`, `24.1.0`, a leading `^`, `~` or `v`, and words such as
 * `lts` and `latest`, which any version fits.
 */
export function pinFits(request: string, pin: string): boolean {
  if (/^[a-z*]/i.test(request) && !/^v\d/i.test(request)) return true;
  const [, operator, numbers = ''] = /^([~^]?)v?(\d.*)$/i.exec(request) ?? [];
  if (numbers === '') return false;
  const parts = numbers.split('.');
  const kept = operator === '^' ? 1 : operator === '~' ? Math.min(2, parts.length) : parts.length;
  const prefix = parts.slice(0, kept).join('.');
  return pin === prefix || pin.startsWith(`${prefix}.`);
}
