import { leavesNoTraces, recognizeByPath, type Undeclared } from './ecosystem.ts';

/** Ruby gems. */
export const gem: Undeclared = {
  ...leavesNoTraces,
  causes: { gem: 'Ruby gems' },
  reason: 'devenv.yaml has no list of Ruby gems',
  recognition: recognizeByPath([
    {
      cause: 'gem',
      path: /^(?<place>\/.*\/gems)\/(?:gems|specifications|doc|extensions\/[^/]+\/[^/]+)\/(?<name>[^/]+?)-(?<version>\d[^/-]*?)(?:\.gemspec)?(?:\/|$)/,
    },
  ]),
};
