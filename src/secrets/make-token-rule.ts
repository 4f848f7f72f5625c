import type { ContentRule } from './content-rule.ts';

/** A token with a fixed prefix: the rule, its prefixes (of rare texts: files with one are read), the pattern of the rest. */
export type TokenRow = readonly [rule: string, starts: readonly string[], rest: string];

/** The rule of a token that begins with one of its prefixes, in front of which no word goes on. */
export function makeTokenRule([rule, starts, rest]: TokenRow): ContentRule {
  const prefix = starts.map((start) => start.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')).join('|');
  const whole = `(?:${prefix})${rest}`;
  return {
    rule,
    starts,
    pattern: new RegExp(`(?<![A-Za-z0-9_])${whole}`, 'y'),
    ...(starts.every((start) => start.length >= 4) && { joined: new RegExp(whole, 'y') }),
  };
}
