import type { Runtime } from '../../ports/runtime.ts';

/** A variable that marks every process that belongs to one exec, so that it can be found and ended. */
export const execMarker = 'TEAMVM_EXEC';

/**
 * Sends a signal to every process of one exec: they carry its marker in their
 * environment. Asked as the command's own user and as root: without extra
 * capabilities, not even root may read another user's environment. Gives
 * whether there was any.
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
  const codes = await Promise.all(users.map((asked) => runtime.exec(container, { argv, user: asked, tidies: true })));
  return codes.some((code) => code !== 3);
}
