import { DevenvError } from '../errors/devenv-error.ts';

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `90s`, `10m`, `2h`, `1d` ago, or a date such as 2025-06-30T12:00:00Z. Throws USAGE. */
export function parseSince(text: string): { readonly kind: 'ago' | 'moment'; readonly milliseconds: number } {
  const [, count = '', unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (count !== '') return { kind: 'ago', milliseconds: Number(count) * (units[unit] ?? 0) };
  const moment = /^\d{4}-\d{2}-\d{2}(?:T|$)/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(moment)) return { kind: 'moment', milliseconds: moment };
  throw new DevenvError('USAGE', `"${text.slice(0, 40)}" is no time.`, {
    hint: 'Give how long ago, such as 10m or 2h, or a date such as 2025-06-30T12:00:00Z.',
  });
}
