import { hashText } from '../lock/hash-json.ts';
import { contentRules } from './content-rules.ts';
import { pathRules } from './path-rules.ts';

/** To be raised where the same rules find something else: what they pass over, or how they are asked. */
const edition = 1;

let known: string | undefined;

/** Names the rules for secrets, shortly: what was searched by the same need not be searched again. */
export const ruleSet = (): string => (known ??= hashRules([...contentRules, ...pathRules]));

/** 12 hex digits, others for other rules. */
export function hashRules(rules: readonly object[]): string {
  const print = (_: string, value: unknown): unknown => (value instanceof RegExp ? String(value) : value);
  return hashText(JSON.stringify([edition, rules], print)).slice('sha256:'.length, 'sha256:'.length + 12);
}
