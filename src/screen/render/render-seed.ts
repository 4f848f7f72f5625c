import { formatCount } from '../../model/format-count.ts';
import type { PushedSnapshot } from '../../snapshots/push.ts';

/** The data that was pushed, and what is left to do so that teammates get it. */
export function renderSeed({ snapshot, seed }: PushedSnapshot): string {
  const unnamed = snapshot.volumes.length - seed.volumes.length;
  return [
    `Pushed the data of snapshot ${String(snapshot.number)}: ${seed.volumes.join(', ')} (${seed.digest}).`,
    ...(unnamed > 0 ? [`Not pushed: ${formatCount(unnamed, 'volume')} without a name in devenv.yaml.`] : []),
    'Commit devenv-lock.yaml. With `data: seed` in devenv.yaml, new workspaces start with this data.',
  ].join('\n');
}
