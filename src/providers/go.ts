import { recognizeByPath, type Undeclared } from './ecosystem.ts';

/** Programs that `go install` made. */
export const go: Undeclared = {
  causes: { go: 'Go programs' },
  reason: 'devenv.yaml has no list of Go programs',
  recognition: recognizeByPath([
    { cause: 'go', path: /^(?<place>(?:\/(?:root|home\/[^/]+)\/)?\/?go\/bin)\/(?<name>[^/]+)$/ },
    { cause: 'go', name: 'modules', path: /^(?<place>(?:\/(?:root|home\/[^/]+))?\/go\/pkg)(?:\/|$)/ },
  ]),
  caches: {
    volumes: [],
    variables: (cache) => [`GOCACHE=${cache}/go-build`, `GOMODCACHE=${cache}/go-mod`],
  },
  excludes: [/^\/(root|home\/[^/]+)\/go\/pkg\/mod(\/|$)/],
  records: [],
};
