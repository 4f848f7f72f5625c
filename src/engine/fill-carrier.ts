import { Readable } from 'node:stream';
import type { Delta } from './decide-delta.ts';
import type { Helper } from './helper.ts';
import { splitInput } from './to-input.ts';
import { writeDeletions } from './write-deletions.ts';

export interface Filling {
  /** Where the helper has the workspace's upper folder, and the carrier's. */
  readonly from: string;
  readonly to: string;
  /** Seconds since the epoch; see CaptureRequest. */
  readonly latest: number;
}

/**
 * Puts a delta into a carrier in its normal form: whole seconds, no time after
 * `latest`, no attribute but file capabilities. Folders that only lead to a
 * change have the time `latest`: whether something came and went in them, or
 * an engine put its own files there, is no part of the change.
 */
export async function fillCarrier(helper: Helper, { copy, leading, hide }: Delta, filling: Filling): Promise<void> {
  const { from, to, latest } = filling;
  const lists = [[...splitInput(leading)], [...writeDeletions(hide, latest)], [...splitInput(copy)]];
  const [folders = 0, deletions = 0] = lists.map((list) => list.reduce((sum, { length }) => sum + length, 0));
  await helper.run(script, [from, to, String(latest), String(folders), String(deletions)], {
    stdin: Readable.from(lists.flat()),
  });
}

/** A pipe in plain sh tells only how its last program ended. */
const script = `head -c "$4" >/.devenv-folders && head -c "$5" | tar --extract --directory="$2" --file=- || exit
cd "$1" && (tar --create --format=posix --pax-option=delete=atime,delete=ctime,delete=mtime \\
  --no-recursion --null --verbatim-files-from --files-from=- --numeric-owner --mtime="@$3" --clamp-mtime \\
  --xattrs --xattrs-include=security.capability --file=- || kill -9 $$) |
tar --extract --directory="$2" --numeric-owner --same-owner --preserve-permissions --delay-directory-restore \\
  --xattrs --xattrs-include='*' --file=- && cd "$2" && xargs -0 -r touch --no-create --date="@$3" -- </.devenv-folders`;
