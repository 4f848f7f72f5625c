import * as Args from '@oclif/core/args';

/** Which snapshot a command is about. */
export const snapshotArgument = Args.integer({
  description: 'Number of the snapshot, as in `devenv snapshot list`.',
  required: true,
  min: 1,
});
