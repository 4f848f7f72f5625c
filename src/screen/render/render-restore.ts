import type { Snapshot } from '../../model/snapshot.ts';
import { describeContent } from '../describe-snapshot.ts';
import { sanitizeLine } from '../sanitize.ts';

interface Restore {
  readonly restored: Snapshot;
  readonly before?: Snapshot;
  readonly told: boolean;
}

/** What the workspace is now, and the way back. */
export function renderRestore({ restored, before, told }: Restore): string {
  return [
    `The workspace is as in snapshot ${String(restored.number)}: ${describeContent(restored)}.`,
    ...(told
      ? []
      : [
          'This engine\u2019s storage cannot tell what was changed since the version: it is there, but is not shown as drift. `devenv commit` keeps it.',
        ]),
    ...(before === undefined ? [] : [`What it held before is snapshot ${String(before.number)}, kept for seven days.`]),
  ]
    .map(sanitizeLine)
    .join('\n');
}
