import { noCaches, type Undeclared } from './ecosystem.ts';

/** Ruby gems. */
export const gem: Undeclared = {
  causes: { gem: 'Ruby gems' },
  reason: 'devenv.yaml has no list of Ruby gems',
  recognition: {
    patterns: [
      {
        cause: 'gem',
        path: /^(?<place>\/.*\/gems)\/(?:gems|specifications|doc|extensions\/[^/]+\/[^/]+)\/(?<name>[^/]+?)-(?<version>\d[^/-]*?)(?:\.gemspec)?(?:\/|$)/,
      },
    ],
    evidence: () => [],
    index: 'by path',
    isIndexed: () => false,
  },
  caches: noCaches,
  excludes: [],
  records: [],
};
