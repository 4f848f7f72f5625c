import type { RestoreResult } from '../../snapshots/restore.ts';
import { describeContent } from '../describe-snapshot.ts';
import { joinLines } from '../sanitize.ts';

/** What was restored, and the way back. */
export function renderRestore({ restored, before, made, told, absent }: RestoreResult): string {
  return joinLines([
    `Restored snapshot ${String(restored.number)}: ${describeContent(restored)}.`,
    ...(told
      ? []
      : [
          'The storage of this engine does not show layers: changes since the version are restored, but `devenv drift` does not list them. `devenv commit` keeps them.',
        ]),
    ...(made === undefined ? [] : [`The workspace ${made} is new. Enter it with \`devenv shell --name ${made}\`.`]),
    ...(absent.length === 0
      ? []
      : [`Services without a container: ${absent.join(', ')}. Start them with \`devenv up\`.`]),
    ...(before === undefined
      ? []
      : [`Saved the state before the restore as snapshot ${String(before.number)}, kept for seven days.`]),
  ]);
}
