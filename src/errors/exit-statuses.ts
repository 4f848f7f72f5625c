/** The meaning of each exit status. A contract with scripts: never change one. */
export const exitStatuses = {
  0: 'done',
  1: 'failure',
  2: 'wrong usage',
  3: 'devenv.yaml or devenv-lock.yaml is not valid',
  4: 'no usable container engine',
  5: 'registry, network or login',
  6: 'not identical, or changes are pending',
  7: 'a secret was refused',
  8: 'a step, hook or service failed',
  9: 'not trusted',
  10: 'held by another process',
  11: 'content does not match its digest',
  130: 'interrupted by Ctrl-C (SIGINT)',
  143: 'ended by SIGTERM',
} as const;

export type ExitStatus = keyof typeof exitStatuses;
