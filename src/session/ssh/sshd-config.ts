import { nameOfVariable, parseVariables, printVariables } from '../../model/shell/variables.ts';

/** Variables for the programs of a connection: `NAME=value`. */
interface SshdInput {
  readonly user: string;
  readonly env: readonly string[];
}

/** Names of variables that hold what a connection needs, until its files are written. */
export const sshdVariables = {
  config: 'DEVENV_SSHD_CONFIG',
  hostKey: 'DEVENV_SSHD_KEY',
  keys: 'DEVENV_SSHD_KEYS',
} as const;

/** The exit status of the script below if the workspace has no sshd. */
export const withoutSshd = 69;

/**
 * Runs an sshd for one connection, on its input and output. Its files are in
 * memory and gone with it. As the user itself: it needs no rights, and knows no
 * other account. For root, sshd wants a folder that does not have to exist.
 */
export const sshdScript = `sshd=$(PATH=/usr/local/sbin:/usr/sbin:/sbin:$PATH command -v sshd) || exit ${String(withoutSshd)}
umask 077
d=$(mktemp -d /dev/shm/devenv-ssh.XXXXXX) || exit 1
trap 'rm -rf "$d"' EXIT
printf '%s\\n' "$${sshdVariables.hostKey}" >"$d/key"
printf '%s\\n' "$${sshdVariables.keys}" >"$d/keys"
printf '%s\\n' "$${sshdVariables.config}" >"$d/config"
unset ${Object.values(sshdVariables).join(' ')}
if [ "$(id -u)" = 0 ]; then mkdir -p -m 755 /run/sshd; fi
"$sshd" -i -e -f "$d/config" -h "$d/key" -o AuthorizedKeysFile="$d/keys"`;

/** The configuration of such an sshd. Variables with values of several lines are left out: sshd cannot set them. */
export function printSshdConfig({ user, env }: SshdInput): {
  readonly text: string;
  readonly leftOut: readonly string[];
} {
  const isKept = (entry: string): boolean => !/[\n\r\0]/.test(entry);
  const kept = env.filter((entry) => isKept(entry) && /^[A-Za-z_]\w*=/.test(entry));
  const last = parseVariables(kept);
  const lines = [
    `AllowUsers ${user}`,
    'PubkeyAuthentication yes',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin prohibit-password',
    // The folder of all files in memory can be written by all; that of these files cannot.
    'StrictModes no',
    'UsePAM no',
    'UseDNS no',
    'PrintMotd no',
    'PidFile none',
    'LogLevel ERROR',
    'X11Forwarding yes',
    'AcceptEnv LANG LC_* COLORTERM',
    'Subsystem sftp internal-sftp',
    // sshd takes the first line alone.
    ...(last.size > 0 ? [`SetEnv ${printVariables(last).map(quote).join(' ')}`] : []),
  ];
  const leftOut = env.filter((entry) => !isKept(entry)).map(nameOfVariable);
  return { text: lines.join('\n'), leftOut };
}

const quote = (text: string): string => `"${text.replaceAll(/[\\"]/g, String.raw`\$&`)}"`;
