import { sanitizeLine } from './sanitize.ts';

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
    readonly packages: readonly { readonly provider: string; readonly name: string; readonly after?: string }[];
  };
}

/** What was replayed, how conflicts were decided, and what is left to do by hand. */
export function renderRebase({ replayed, version, conflicts, opaque }: RebaseView): string {
  if (replayed.length === 0) return 'Nothing to rebase: the newest version is current.';
  const lines = [
    version === undefined
      ? `Version ${replayed.join(', ')} declares nothing that the current version lacks.`
      : `Version ${String(version.number)} is current: what version ${replayed.join(', ')} declares, on top of the newer one.`,
    ...conflicts.map(
      ({ item, theirs, ours, decided }) =>
        `  ${item}: ${theirs ?? 'absent'} there, ${ours ?? 'absent'} here; devenv.yaml says ${decided ?? 'absent'}`,
    ),
  ];
  if (opaque.versions.length > 0) {
    lines.push(
      `Version ${opaque.versions.join(', ')} was committed by hand: what it does not declare was not replayed. Do it again after \`devenv up\`, and commit.`,
      ...opaque.packages.map(({ provider, name, after }) => `  lacks ${provider} ${name} ${after ?? ''}`),
    );
  }
  return lines.map(sanitizeLine).join('\n');
}
