import { longestWait } from '../model/service.ts';

const milliseconds: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `500ms`, `1.5s`, `1m30s` → milliseconds, at most `longestWait`. */
export function parseDuration(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)([a-z]+)/g)];
  const sum = parts.reduce((all, [, count, unit = '']) => all + Number(count) * (milliseconds[unit] ?? 0), 0);
  return Math.min(longestWait, Math.round(sum));
}

const powers = ['b', 'k', 'm', 'g', 't'];

/** `512m`, `1.5gb`, `64 MiB`, `1024` → bytes. */
export function parseSize(text: string): number {
  const [, count, unit = 'b'] = /^([\d.]+)\s*([a-z]?)/.exec(text.toLowerCase()) ?? [];
  return Math.round(Number(count) * 1024 ** Math.max(0, powers.indexOf(unit)));
}
