import { expect, it } from 'vitest';
import { hashRules, ruleSet } from '../../src/secrets/rule-set.ts';

it('is another one for every change of a rule, in its pattern or in how it is asked', () => {
  const rule = { rule: 'token', starts: ['tok_'], pattern: /tok_[a-z]{9}/y };
  const names = [
    hashRules([rule]),
    hashRules([{ ...rule, pattern: /tok_[a-z]{8}/y }]),
    hashRules([{ ...rule, pattern: /tok_[a-z]{9}/iy }]),
    hashRules([{ ...rule, loose: true }]),
    hashRules([rule, rule]),
    hashRules([]),
  ];
  expect(new Set(names).size).toBe(names.length);
  expect(hashRules([{ ...rule }])).toBe(names[0]);
});

it('is short, for a label', () => {
  expect(ruleSet()).toMatch(/^[0-9a-f]{12}$/);
  expect(ruleSet()).toBe(ruleSet());
});
