import { DevenvError } from '../../errors/devenv-error.ts';
import { quoteWords } from '../../model/shell/quote-words.ts';

export interface SshEntry {
  readonly host: string;
  /** Account in the workspace. */
  readonly user: string;
  /** Of the person: key, the host's key as known, and the socket of open connections. Absolute paths. */
  readonly files: { readonly key: string; readonly knownHosts: string; readonly socket: string };
  /** Program and arguments that connect stdin and stdout with the workspace. */
  readonly connect: readonly string[];
}

/** Bytes that a path of a socket may have, with the characters that ssh adds while it opens one. */
const longestSocket = 90;

/**
 * With ControlPersist, ssh gives a ProxyCommand no stderr, and so drops the reason
 * why a connection failed: it goes to the terminal, if there is one.
 */
const audible =
  'if [ /dev/stderr -ef /dev/null ] && (: >/dev/tty) 2>/dev/null; then exec 2>/dev/tty; fi; exec "$0" "$@"';

/** `shop.devenv` for the main workspace, else `NAME.shop.devenv`. */
export const nameHost = (project: string, workspace: string): string =>
  `${workspace === 'main' ? '' : `${workspace}.`}${project}.devenv`;

/** The entry of ~/.ssh/config for a workspace. Throws USAGE for a path that ssh cannot be given. */
export function printEntry({ host, user, files, connect }: SshEntry): string {
  const shares = Buffer.byteLength(files.socket) <= longestSocket;
  const lines = [
    `Host ${host}`,
    `  HostName ${host}`,
    `  User ${user}`,
    `  ProxyCommand ${quoteWords(['sh', '-c', audible, ...connect]).replaceAll('%', '%%')}`,
    `  IdentityFile ${quotePath(files.key)}`,
    '  IdentitiesOnly yes',
    `  UserKnownHostsFile ${quotePath(files.knownHosts)}`,
    '  GlobalKnownHostsFile none',
    `  HostKeyAlias ${host}`,
    '  StrictHostKeyChecking yes',
    // Whoever has the workspace must not add keys for others.
    '  UpdateHostKeys no',
    '  CheckHostIP no',
    // `Host *` of the person must not lend these to every project; -A and -X do.
    '  ForwardAgent no',
    '  ForwardX11 no',
    ...(shares ? ['  ControlMaster auto', `  ControlPath ${quotePath(files.socket)}`, '  ControlPersist 10m'] : []),
  ];
  const broken = lines.find((line) => /[\n\r\0]/.test(line));
  if (broken !== undefined)
    throw new DevenvError(
      'USAGE',
      `ssh cannot be given a path with the end of a line: ${JSON.stringify(broken.trim())}.`,
    );
  return `${lines.join('\n')}\n`;
}

/** ssh replaces `%d`, `${HOME}` and a `~` at the start. It knows no escape for a quote. */
function quotePath(path: string): string {
  if (/["\\]|\$\{/.test(path))
    throw new DevenvError('USAGE', `ssh cannot be given the path ${path}.`, {
      hint: 'Set XDG_STATE_HOME to a folder without quotes, backslashes and dollar signs.',
    });
  return `"${path.replaceAll('%', '%%')}"`;
}
