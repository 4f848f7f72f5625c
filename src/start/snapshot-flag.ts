import * as Flags from '@oclif/core/flags';

/** Whether what a command destroys is kept first. */
export const snapshotFlag = Flags.boolean({
  description: 'Take a snapshot first.',
  default: true,
  allowNo: true,
});
