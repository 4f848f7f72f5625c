import type { PathChange } from '../model/container.ts';
import type { Environment } from '../model/environment.ts';
import type { Evidence } from '../model/evidence.ts';
import type { FoundTool, Undeclared } from './ecosystem.ts';

const program = /^(?<place>\/(?:root|home\/[^/]+)\/\.cargo)\/bin\/(?<name>[^/]+)$/;
const folder = /^(?<place>\/(?:root|home\/[^/]+)\/\.cargo|\/usr\/local\/cargo)(?:\/|$)/;

/** Crates that `cargo install` compiled. */
export const cargo: Undeclared = {
  causes: { cargo: 'Rust crates' },
  reason: 'devenv.yaml has no list of Rust crates',
  recognition: {
    patterns: [
      { cause: 'cargo', path: program },
      { cause: 'cargo', name: 'cargo', path: folder },
    ],
    evidence: (path) => {
      const place = folder.exec(path)?.groups?.['place'];
      return place === undefined ? [] : [`${place}/.crates.toml`];
    },
    index: indexCrates,
    isIndexed: () => false,
  },
  caches: { volumes: [], variables: cargoVariables },
  excludes: [/^\/(root|home\/[^/]+)\/\.cargo\/(registry|git|\.package-cache.*|\.global-cache)(\/|$)/],
  records: [],
};

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
