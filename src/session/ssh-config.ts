import { homedir } from 'node:os';
import { findProject } from '../environment/find.ts';
import { parseConfig } from '../environment/parse.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import { readExecDefaults, findWorkspace } from '../observe/find-workspace.ts';
import { readConfigText } from '../observe/project.ts';
import type { Context } from '../ports/context.ts';
import { openSession } from './open-session.ts';
import { runInSession, type ExecRequest } from './run-in-session.ts';
import { nameHost, printEntry } from './ssh/ssh-entry.ts';
import { findSshKeys, provideSshKeys } from './ssh/ssh-keys.ts';
import { printSshdConfig, sshdScript, sshdVariables, withoutSshd } from './ssh/sshd-config.ts';
import { printVariables } from '../model/shell/variables.ts';

export interface SshConfigOptions {
  /** Program and arguments that run devenv. */
  readonly program: readonly string[];
  /** Write nothing besides the keys. */
  readonly print: boolean;
}

export interface SshConfigResult {
  /** Name for ssh, scp, rsync and sftp. */
  readonly host: string;
  /** The entry for ~/.ssh/config. */
  readonly entry: string;
  /** The file with the entry; absent with `print`. */
  readonly file?: string;
  /** The line at the start of ~/.ssh/config that ssh reads the file by, and whether it is there. */
  readonly include?: { readonly line: string; readonly present: boolean };
}

const limit = 1024 * 1024;

/**
 * Makes the keys for ssh of a workspace, and an entry for OpenSSH on this
 * machine. Asks before it adds a line to ~/.ssh/config. Throws
 * WORKSPACE_NOT_FOUND, HOST_PROGRAM_MISSING, NOT_CONFIRMED.
 */
export async function sshConfig(
  context: Context,
  workspace: string,
  { program, print }: SshConfigOptions,
): Promise<SshConfigResult> {
  const { files, machine, prompt } = context;
  const { folder, file } = await findProject(files, context.folder);
  const { name } = parseConfig((await readConfigText(files, file, folder)) ?? '', 'devenv.yaml');
  const container = await findWorkspace(context, await context.engine(), folder, workspace);
  const keys = await provideSshKeys(context, folder, workspace);
  const host = nameHost(name, workspace);
  const knownHosts = `${keys.folder}/known_hosts`;
  await files.writeAtomic(knownHosts, `${host} ${keys.hostPublic}\n`);
  const { user } = readExecDefaults(container);
  const entry = printEntry({
    host,
    user: /^0(?::|$)/.test(user) ? 'root' : user,
    files: { key: keys.key, knownHosts, socket: `${keys.folder}/s` },
    connect: [...program, '-C', folder, 'ssh-config', '--connect', '--name', workspace],
  });
  if (print) return { host, entry };
  const own = `${machine.configFolder}/ssh`;
  await files.makeFolder(own);
  const path = `${own}/${host}.conf`;
  await agreeName(context, host, keys.key, await files.readText(path, limit));
  // ssh refuses to work at all if others could write its configuration.
  const mode = 0o600;
  await files.writeAtomic(path, entry, mode);
  const line = `Include "${own}/*.conf"`;
  const settings = `${homedir()}/.ssh/config`;
  const before = (await files.readText(settings, limit)) ?? '';
  const known = before.split('\n').some((each) => each.trim() === line);
  if (known || !(await prompt.confirm(`Add \`${line}\` to ${settings}?`, false)))
    return { host, entry, file: path, include: { line, present: known } };
  await files.makeFolder(`${homedir()}/.ssh`);
  // Before any Host: what follows one counts for it alone.
  await files.writeAtomic(settings, `${line}\n${before}`, mode);
  return { host, entry, file: path, include: { line, present: true } };
}

/** The name of a project is the word of its workspace: it must not take that of another one. `before`: the entry so far. */
async function agreeName({ prompt }: Context, host: string, key: string, before: string | undefined): Promise<void> {
  if (before === undefined || before.includes(`"${key}"`)) return;
  if (await prompt.confirm(`${host} is the name of another workspace so far. Give it to this one?`, false)) return;
  throw new DevenvError('NOT_CONFIRMED', `${host} is the name of another workspace.`, {
    hint: 'Change `name` in devenv.yaml, or run the same command with --yes to give the name to this workspace.',
    state: 'The entry is as it was.',
  });
}

/**
 * Connects the streams with an sshd in the workspace that serves this connection
 * alone. Returns its exit code. Throws SSHD_MISSING, WORKSPACE_STOPPED, and USAGE
 * before `sshConfig` made the keys.
 */
export async function connectSsh(
  context: Context,
  workspace: string,
  streams: Pick<ExecRequest, 'io' | 'onSignal'>,
): Promise<number> {
  const session = await openSession(context, workspace);
  const keys = await findSshKeys(context, session.folder, workspace);
  if (keys === undefined)
    throw new DevenvError('USAGE', 'This workspace has no keys for ssh yet.', {
      hint: 'Run `devenv ssh-config` first.',
    });
  const { user, env, secrets } = session;
  if (/^[1-9]/.test(user))
    throw new DevenvError(
      'USAGE',
      `Commands in this workspace run as the user number ${user}, for which ssh needs an account.`,
      {
        hint: 'Use `devenv shell`.',
      },
    );
  const variables = [...env, ...printVariables(secrets)];
  const { text, leftOut } = printSshdConfig({ user: user === '0:0' ? 'root' : user, env: variables });
  if (leftOut.length > 0)
    context.progress.note(`Not set, because sshd takes no value with several lines: ${leftOut.join(', ')}.`);
  const exitCode = await runInSession(context, session, {
    argv: ['/bin/sh', '-c', sshdScript],
    root: false,
    env: [
      `${sshdVariables.config}=${text}`,
      `${sshdVariables.hostKey}=${keys.hostKey}`,
      `${sshdVariables.keys}=${keys.authorized}`,
    ],
    ...streams,
  });
  if (exitCode !== withoutSshd) return exitCode;
  throw new DevenvError('SSHD_MISSING', 'The workspace has no sshd.');
}
