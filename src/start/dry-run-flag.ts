import * as Flags from '@oclif/core/flags';

/** For commands that show their plan and stop there. */
export const dryRunFlag = Flags.boolean({
  description: 'Show what would be done, and why; change nothing.',
});
