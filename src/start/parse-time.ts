import { DevenvError } from '../errors/devenv-error.ts';

const hour = 3_600_000;
const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: hour, d: 24 * hour, w: 7 * 24 * hour };
/** Milliseconds that a timer of Node takes. */
const longestTimer = 2 ** 31 - 1;

/** An age such as `12h`, `30d`, `8w` in milliseconds. Throws USAGE. */
export function parseAge(text: string): number {
  const age = parseSpan(text, /^(\d{1,5})([hdw])$/);
  if (age !== undefined) return age;
  throw new DevenvError('USAGE', `"${text.slice(0, 40)}" is not an age.`, {
    hint: 'Write hours, days or weeks: 12h, 30d, 8w.',
  });
}

/** `90s`, `10m`, `2h`, `1d` ago, or a date such as 2025-06-30T12:00:00Z. Throws USAGE. */
export function parseSince(text: string): { readonly kind: 'ago' | 'moment'; readonly milliseconds: number } {
  const ago = parseSpan(text, /^(\d{1,6})([smhd])$/);
  if (ago !== undefined) return { kind: 'ago', milliseconds: ago };
  const moment = /^\d{4}-\d{2}-\d{2}(?:T|$)/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(moment)) return { kind: 'moment', milliseconds: moment };
  throw new DevenvError('USAGE', `"${text.slice(0, 40)}" is not a time.`, {
    hint: 'Write how long ago, such as 10m or 2h, or a date such as 2025-06-30T12:00:00Z.',
  });
}

/** A limit of time such as `90s`, `1.5h` or `30` (seconds) in milliseconds, as timeout(1) takes it. Throws USAGE. */
export function parseLimit(text: string): number {
  const [, count, unit = 's'] = /^(\d{1,6}(?:\.\d{1,3})?)([smhd])?$/.exec(text) ?? [];
  const limit = Math.ceil(Number(count) * (units[unit] ?? 0));
  if (limit > 0 && limit <= longestTimer) return limit;
  throw new DevenvError('USAGE', `"${text.slice(0, 40)}" is not a limit of time.`, {
    hint: 'Write seconds, minutes, hours or days, up to 24d: 90s, 10m, 1.5h.',
  });
}

function parseSpan(text: string, form: RegExp): number | undefined {
  const [, count, unit = ''] = form.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * (units[unit] ?? 0);
}
