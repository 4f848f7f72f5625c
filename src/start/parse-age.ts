import { DevenvError } from '../errors/devenv-error.ts';

const hour = 3600 * 1000;
const units: Readonly<Record<string, number>> = { h: hour, d: 24 * hour, w: 7 * 24 * hour };

/** `12h`, `30d`, `8w` → milliseconds. Throws USAGE. */
export function parseAge(text: string): number {
  const [, count, unit = ''] = /^(\d{1,5})([hdw])$/.exec(text) ?? [];
  const size = units[unit];
  if (count !== undefined && size !== undefined) return Number(count) * size;
  throw new DevenvError('USAGE', `"${text}" is no age.`, { hint: 'Write hours, days or weeks: 12h, 30d, 8w.' });
}
