import * as Flags from '@oclif/core/flags';

/** What may be in a version though it looks like a secret. */
export const allowFlag = Flags.string({
  description: 'Accept a path that looks like a secret. Records the reason in devenv-lock.yaml.',
  helpValue: 'PATH=REASON',
  multiple: true,
  multipleNonGreedy: true,
  default: [],
});
