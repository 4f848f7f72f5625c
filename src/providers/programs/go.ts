import { billInstalled } from '../billing.ts';
import { recognizeByPath } from '../ecosystem.ts';
import { list, text, type Grammar } from '../fragment.ts';
import { PackageList } from '../package-list.ts';
import type { Provider, Settings } from '../provider.ts';
import { withoutLogin } from '../mirrors/without-login.ts';
import { describePrograms } from './program-list.ts';
import type { ProgramKind } from './program-script.ts';

const packages = new PackageList({
  ...{ key: 'go', noun: 'a Go package', separator: '@', any: 'latest', prefix: '' },
  name: /^[a-z0-9][a-z0-9.-]*(?:\/[A-Za-z0-9_~][A-Za-z0-9_.~-]*){1,20}$/,
  version: /^v?[0-9][0-9A-Za-z.+-]*$/,
});

const entry: Grammar = {
  pattern: '^[a-z0-9][a-z0-9.-]{0,99}(?:/[A-Za-z0-9_~][A-Za-z0-9_.~-]{0,99}){1,20}(?:@v[0-9][0-9A-Za-z.+-]{0,99})?$',
  expected: 'a Go package such as golang.org/x/tools/gopls, or with the version of its module such as …@v0.15.0',
};

const kind: ProgramKind = {
  key: 'go',
  absent: 'There is no Go in this image. Add golang-go to packages.apt, or go to tools in devenv.yaml.',
  // A module's own go.sum does not count for `go install`: the sum is over all modules in the programs, as Go records them there.
  shell: String.raw`export GOPATH="$work/path" GOCACHE=/var/cache/devenv/go GOBIN="$bin" GOTOOLCHAIN=local GOFLAGS='-modcacherw -trimpath'
build() {
  go install "$1@${'$'}{2:-latest}" || return 1
  modules=$(go version -m "$bin"/* | awk '$1 == "mod" || $1 == "dep" || $1 == "=>" { print $1, $2, $3, $4 }')
  is=$(printf '%s\n' "$modules" | awk '$1 == "mod" { print $3; exit }')
  sum=$(printf '%s\n' "$modules" | sha256sum | cut -c-64)
}
versions() {
  mkdir -p "$work/ask"
  echo 'module devenv' >"$work/ask/go.mod"
  path=$1
  while :; do
    found=$(cd "$work/ask" && go list -m -versions "$path" 2>/dev/null) && break
    case $path in */*) path=${'$'}{path%/*} ;; *) return 0 ;; esac
  done
  printf '%s\n' "$found" | tr ' ' '\n' | sed 1d
}`,
};

const taken = ['GOPROXY', 'GOPRIVATE', 'GONOPROXY', 'GONOSUMDB', 'GOSUMDB', 'GOINSECURE'];

/** Go's own settings: variables, then its file. */
const settings: Settings = {
  files: ['$GOENV', '~/.config/go/env'],
  resolve: (variables, texts) => {
    const notes = new Set<string>();
    const found = taken.map((name) => {
      const written = texts.map((each) => new RegExp(`^${name}=(.*)$`, 'm').exec(each)?.[1]?.trim());
      const value = [variables[name], ...written].find((each) => (each ?? '') !== '') ?? '';
      return [name, value.replace(/[^,|]+/g, (address) => withoutLogin(address, notes))] as const;
    });
    return { env: Object.fromEntries(found.filter(([, value]) => value !== '')), notes: [...notes], secrets: [] };
  },
};

/** Go programs: `golang.org/x/tools/gopls@v0.15.0`. Items: `go:PACKAGE` → `latest`, or the version. */
export const go = {
  ...describePrograms(kind, packages, '/usr/local/bin'),
  bill: billInstalled('golang'),
  schema: {
    'packages.go': list(text(entry), {
      description:
        'Go programs that `go install` builds into /usr/local/bin, each as package or package@version. packages.apt (golang-go), tools.go or the base has to bring Go.',
      default: [],
      examples: [['golang.org/x/tools/gopls@v0.15.0']],
    }),
  },
  settings,
  causes: { go: 'Go programs' },
  recognition: recognizeByPath([
    { cause: 'go', path: /^(?<place>(?:\/(?:root|home\/[^/]+)\/)?\/?go\/bin)\/(?<name>[^/]+)$/ },
    { cause: 'go', name: 'modules', path: /^(?<place>(?:\/(?:root|home\/[^/]+))?\/go\/pkg)(?:\/|$)/ },
  ]),
  advice: { 'usr-local': { text: 'if `go install` built it, `packages.go` can', path: /^\/usr\/local\/bin\// } },
  caches: {
    volumes: [{ name: 'devenv-cache-go', target: '/var/cache/devenv/go', inWorkspaces: false }],
    variables: (cache) => [`GOCACHE=${cache}/go-build`, `GOMODCACHE=${cache}/go-mod`],
  },
  excludes: [/^\/(root|home\/[^/]+)\/go\/pkg\/mod(\/|$)/],
} satisfies Provider;
