import type { Runtime } from '../../ports/runtime.ts';

/** A variable that marks all processes of one exec, to find and end them. */
export const execMarker = 'TEAMVM_EXEC';

/** Milliseconds for the search: its programs are the container's own, and may never end. */
const patience = 5_000;

/**
 * Sends a signal to every process of one exec, found by the marker in its
 * environment. Searches as the command's user and as root: without extra
 * capabilities, root cannot read another user's environment. False if none ran.
 * Rejects if the container does not answer.
 */
export async function signalExec(
  runtime: Runtime,
  container: string,
  user: string,
  id: string,
  signal: string,
): Promise<boolean> {
  const script =
    'found=3; for p in /proc/[0-9]*; do if tr "\\0" "\\n" <"$p/environ" 2>/dev/null | grep -qx "$1"; then kill -s "$2" "${p#/proc/}" 2>/dev/null; found=0; fi; done; exit $found';
  const argv = ['/bin/sh', '-c', script, 'devenv', `${execMarker}=${id}`, signal.replace(/^SIG/, '')];
  const users = [...new Set([user, '0:0'])];
  const codes = await Promise.all(
    users.map((asked) =>
      runtime.exec(container, { argv, user: asked, tidies: true, signal: AbortSignal.timeout(patience) }),
    ),
  );
  return codes.some((code) => code !== 3);
}
