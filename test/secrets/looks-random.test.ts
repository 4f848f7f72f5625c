import { expect, it } from 'vitest';
import { isLogin, isPlaceholder } from '../../src/secrets/is-placeholder.ts';
import { looksChosen, looksRandom, looksStrong } from '../../src/secrets/looks-random.ts';

const judges = {
  looksRandom: (value: string) => looksRandom(value, true),
  looksStrong,
  looksChosen,
  isPlaceholder,
  isLogin,
};
const units = [
  ...['a', 'A', '0', 'a-', 'abc-', 'abc1-', 'AB', 'AB1', 'Ab', 'a1', 'A1', 'a.', 'aB::', 'Abc12'],
  ...['-', '_', '=', '$a', '{', '/', '+'],
];

it.each(Object.entries(judges))('%s judges any value of 200 characters at once', (_name, judge) => {
  const slow: string[] = [];
  for (const head of ['', 'a1', 'A']) {
    for (const unit of units) {
      for (const end of ['', '!', '1!x', '$']) {
        const value = head + unit.repeat(200 / unit.length) + end;
        const begun = process.cpuUsage();
        judge(value);
        if (process.cpuUsage(begun).user > 200_000) slow.push(value);
      }
    }
  }
  expect(slow).toEqual([]);
});

it.each(['getUserToken', 'SignatureV4Credentials', 'x-aws-ec2-metadata-token', 'token_type2'])(
  'takes %s for a name',
  (value) => {
    expect(looksRandom(value, true)).toBe(false);
  },
);
