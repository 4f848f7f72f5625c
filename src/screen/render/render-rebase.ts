import { sanitizeLine } from '../sanitize.ts';

interface RebaseView {
  readonly replayed: readonly number[];
  readonly version?: { readonly number: number; readonly message: string };
  readonly conflicts: readonly {
    readonly item: string;
    readonly theirs?: string;
    readonly ours?: string;
    readonly decided?: string;
  }[];
  readonly opaque: {
    readonly versions: readonly number[];
    readonly laid?: number;
    readonly conflicts: readonly { readonly path: string; readonly taken: 'mine' | 'theirs' }[];
    readonly packages: readonly { readonly provider: string; readonly name: string; readonly after?: string }[];
  };
}

/** What was replayed, how conflicts were decided, and what is left to do by hand. */
export function renderRebase({ replayed, version, conflicts, opaque }: RebaseView): string {
  if (replayed.length === 0) return 'Nothing to rebase: the newest version is current.';
  const lines = [
    version === undefined
      ? `Version ${replayed.join(', ')} holds nothing that the current version lacks.`
      : `Version ${String(version.number)} is current: what version ${replayed.join(', ')} added, on top of the newer one. Run \`devenv up\` to move the workspace.`,
    ...conflicts.map(
      ({ item, theirs, ours, decided }) =>
        `  ${item}: ${theirs ?? 'absent'} there, ${ours ?? 'absent'} here; devenv.yaml says ${decided ?? 'absent'}`,
    ),
  ];
  if (opaque.laid === undefined && opaque.versions.length > 0) {
    lines.push(
      `What version ${opaque.versions.join(', ')} holds beyond that could not be replayed on this engine. Do it again after \`devenv up\`, and commit.`,
    );
  }
  if (opaque.laid !== undefined && opaque.laid > 0) {
    lines.push(`  ${String(opaque.laid)} paths that were changed by hand are laid on it.`);
  }
  lines.push(
    ...opaque.conflicts.map(
      ({ path, taken }) => `  ${path}: as in ${taken === 'mine' ? 'your versions' : 'the newer one'}`,
    ),
  );
  if (opaque.packages.length > 0) {
    lines.push(
      'It lacks packages that were installed by hand. Declare them in devenv.yaml, or install them again after `devenv up`, and commit:',
      ...opaque.packages.map(({ provider, name, after }) => `  ${provider} ${name} ${after ?? ''}`.trimEnd()),
    );
  }
  return lines.map(sanitizeLine).join('\n');
}
