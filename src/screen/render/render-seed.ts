import type { Snapshot } from '../../model/snapshot.ts';
import type { Seed } from '../../model/version.ts';

/** What was pushed, and what is left to do so that others get it. */
export function renderSeed({ snapshot, seed }: { readonly snapshot: Snapshot; readonly seed: Seed }): string {
  const unnamed = snapshot.volumes.length - seed.volumes.length;
  return [
    `Pushed the data of snapshot ${String(snapshot.number)}: ${seed.volumes.join(', ')} (${seed.digest}).`,
    ...(unnamed > 0 ? [`Left out: ${String(unnamed)} without a name in devenv.yaml.`] : []),
    'Commit devenv-lock.yaml; with `data: seed` in devenv.yaml new workspaces start with it.',
  ].join('\n');
}
