import type { PathChange } from '../../model/container.ts';
import type { Environment } from '../../model/environment.ts';
import type { Evidence } from '../../model/evidence.ts';
import type { FoundTool } from '../ecosystem.ts';
import { billInstalled } from '../billing.ts';
import { list, text, type Grammar } from '../fragment.ts';
import { keepRecords } from '../keep-records.ts';
import { PackageList } from '../package-list.ts';
import { noOwners, type Provider } from '../provider.ts';
import type { Pins } from '../pins.ts';
import { cargoSettings } from './cargo-settings.ts';
import { describePrograms } from './program-list.ts';
import { programNotes, type ProgramKind } from './program-script.ts';

const packages = new PackageList({
  ...{ key: 'cargo', noun: 'a Rust crate', separator: '@', any: 'latest', prefix: '' },
  name: /^[A-Za-z][A-Za-z0-9_-]{0,63}$/,
  version: /^[0-9][0-9A-Za-z.+-]*$/,
});

const entry: Grammar = {
  pattern: '^[A-Za-z][A-Za-z0-9_-]{0,63}(?:@[0-9][0-9A-Za-z.+-]{0,99})?$',
  expected: 'a Rust crate such as ripgrep, or with its version such as ripgrep@14.1.0',
};

const kind: ProgramKind = {
  key: 'cargo',
  absent: 'There is no cargo in this image. Add cargo to packages.apt, or rust to tools in devenv.yaml.',
  shell: String.raw`list=/usr/local/.crates.toml
unrecord() {
  [ -e "$list" ] || return 0
  sed -n "s/^\"$1 [^\"]*\" = \[\(.*\)\]$/\1/p" "$list" | tr -d '", ' | while IFS= read -r program; do rm -f -- "/usr/local/bin/$program"; done
  sed -i "/^\"$1 /d" "$list"
  # Cargo makes it again of the list.
  rm -f /usr/local/.crates2.json
}
record() {
  [ -s "$list" ] || echo '[v1]' >"$list"
  grep '^"' "$work/root/.crates.toml" >>"$list"
}
build() {
  rm -rf "$work/root"
  set -- "$1" ${'$'}{2:+"=$2"}
  CARGO_HOME=$work/home CARGO_TARGET_DIR=$work/target cargo ${'$'}{DEVENV_CARGO_REGISTRY:+--config 'source.crates-io.replace-with="devenv"' --config "source.devenv.registry=\"$DEVENV_CARGO_REGISTRY\""} install --locked --root "$work/root" ${'$'}{2:+--version "$2"} -- "$1" || return 1
  is=$(sed -n "s/^\"$1 \([^ \"]*\).*/\1/p" "$work/root/.crates.toml")
  sum=$(sha256sum "$work"/home/registry/cache/*/"$1-$is.crate" | cut -c-64)
  mv "$work"/root/bin/* "$bin/"
}
versions() {
  find "$work/home/registry/index" -path "*/.cache/*/$(printf %s "$1" | tr A-Z a-z)" -exec grep -ao '"vers":"[^"]*"' {} + | cut -d'"' -f4
}`,
};

const program = /^(?<place>\/(?:root|home\/[^/]+)\/\.cargo)\/bin\/(?<name>[^/]+)$/;
const folder = /^(?<place>\/(?:root|home\/[^/]+)\/\.cargo|\/usr\/local\/cargo)(?:\/|$)/;
/** Of `cargo install --root /usr/local`. */
const ownList = '/usr/local/.crates.toml';

/** Rust programs: `ripgrep@14.1.0`. Items: `cargo:ripgrep` → `latest`, or the version. */
export const cargo = {
  ...describePrograms(kind, packages, '/usr/local'),
  bill: billInstalled('cargo'),
  schema: {
    'packages.cargo': list(text(entry), {
      description:
        'Rust programs that `cargo install` builds into /usr/local/bin, each as crate or crate@version. packages.apt (cargo), tools.rust or the base has to bring cargo.',
      default: [],
      examples: [['ripgrep@14.1.0']],
    }),
  },
  personal: keepRecords([ownList, programNotes('cargo'), `${programNotes('cargo')}.programs`]),
  probe: { argv: ['cat', ownList], parse: parseInstalled },
  settings: cargoSettings,
  causes: { cargo: 'Rust crates' },
  recognition: {
    patterns: [
      { cause: 'cargo', path: program },
      { cause: 'cargo', name: 'cargo', path: folder },
    ],
    evidence: (path) => {
      if (path.startsWith('/usr/local/bin/') || path === ownList) return [ownList];
      const place = folder.exec(path)?.groups?.['place'];
      return place === undefined ? [] : [`${place}/.crates.toml`];
    },
    index: indexCrates,
    isIndexed: () => false,
  },
  caches: { volumes: [], variables: cargoVariables },
  excludes: [/^\/(root|home\/[^/]+)\/\.cargo\/(registry|git|\.package-cache.*|\.global-cache)(\/|$)/],
  records: [/^\/usr\/local\/\.crates(?:\.toml|2\.json)$/, /^\/var\/lib\/devenv\/cargo(?:\.programs)?$/],
  rebuild: {
    generated: [/^\/usr\/local\/\.crates2\.json$/, /^\/var\/lib\/devenv\/cargo(?:\.programs)?$/],
    owners: noOwners,
  },
} satisfies Provider;

/** Name → version, of cargo's own list. */
function parseInstalled(stdout: string): Pins {
  const found = [...stdout.matchAll(/^"([\w-]{1,64}) ([^\s"]{1,100})(?: [^"\n]{0,500})?" = \[/gm)];
  return Object.fromEntries(
    found.flatMap(([, name = '', version = '']) => (packages.isPackage(name, version) ? [[name, version]] : [])),
  );
}

/**
 * Cargo keeps its locks, its caches and the programs that it installs in one
 * folder; the programs belong to the version. Debian's cargo takes a variable
 * for each; rustup's does not, so its caches stay in the workspace.
 */
function cargoVariables(cache: string, { packages }: Environment, home: string): readonly string[] {
  const declared = packages['apt']?.some((spec) => /^(cargo|rustup)(?=$|[=:])/.test(spec)) === true;
  return declared ? [`CARGO_HOME=${cache}/cargo`, `CARGO_INSTALL_ROOT=${home}/.cargo`] : [];
}

/** Path of a program → its crate, from cargo's own list. */
function indexCrates(
  _changes: Iterable<PathChange>,
  before: Evidence,
  after: Evidence,
): (path: string) => FoundTool | undefined {
  const paths = new Map<string, FoundTool & { version?: string; before?: string }>();
  const read = (evidence: Evidence, side: 'version' | 'before'): void => {
    for (const [file, text] of evidence.files) {
      if (!file.endsWith('/.crates.toml')) continue;
      const place = file.slice(0, file.lastIndexOf('/'));
      for (const [, name = '', version = '', programs = ''] of text.matchAll(
        /^"([\w-]{1,100}) ([^\s"]{1,100})(?: [^"\n]{0,500})?" = \[([^\]]{0,2000})\]/gm,
      )) {
        for (const [, binary = ''] of programs.matchAll(/"([^"]+)"/g)) {
          const path = `${place}/bin/${binary}`;
          const known = paths.get(path) ?? { tool: { cause: 'cargo', name, place } };
          paths.set(path, { ...known, [side]: version });
        }
      }
    }
  };
  read(before, 'before');
  read(after, 'version');
  return (path) => paths.get(path);
}
