import type { ContentRule } from './content-rule.ts';

/** The rule of a password at a known place: an argument of a command or a call, a part of a statement. A person may have chosen it. */
export const makeLoginRule = (starts: readonly string[], pattern: RegExp): ContentRule => ({
  ...{ rule: 'login-argument', starts, pattern },
  ...{ loose: true, check: 'chosen' },
});
