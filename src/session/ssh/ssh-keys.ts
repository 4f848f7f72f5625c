import { DevenvError } from '../../errors/devenv-error.ts';
import type { Context } from '../../ports/context.ts';
import { hashToHex } from '../../lock/hash-json.ts';

/** The keys of one workspace on this machine: files, readable by the person alone. */
export interface SshKeys {
  /** Absolute. */
  readonly folder: string;
  /** Path of the person's private key. */
  readonly key: string;
  /** Public, as a line of authorized_keys. */
  readonly authorized: string;
  /** Private, of the sshd in the workspace. */
  readonly hostKey: string;
  /** Public, of that sshd: type and key. */
  readonly hostPublic: string;
}

type Ports = Pick<Context, 'files' | 'machine' | 'processes'>;

const limit = 64 * 1024;

/** Its name is short: a socket lies there, too. */
const folderOf = (state: string, project: string, workspace: string): string =>
  `${state}/ssh/${hashToHex(`${project}\0${workspace}`).slice(0, 12)}`;

/** The keys of a workspace, or undefined before they were made. `project`: its folder. */
export async function findSshKeys(
  { files, machine }: Ports,
  project: string,
  workspace: string,
): Promise<SshKeys | undefined> {
  const folder = folderOf(machine.stateFolder, project, workspace);
  const read = (name: string): Promise<string | undefined> => files.readText(`${folder}/${name}`, limit);
  const [authorized, hostKey, hostPublic] = await Promise.all(['key.pub', 'host', 'host.pub'].map(read));
  if (authorized === undefined || hostKey === undefined || hostPublic === undefined) return undefined;
  const [type = '', key = ''] = hostPublic.split(' ');
  return {
    folder,
    key: `${folder}/key`,
    authorized: authorized.trim(),
    hostKey: hostKey.trim(),
    hostPublic: `${type} ${key}`,
  };
}

/** The keys of a workspace, made where they are missing. Throws HOST_PROGRAM_MISSING without ssh-keygen. */
export async function provideSshKeys(ports: Ports, project: string, workspace: string): Promise<SshKeys> {
  const { files, machine, processes } = ports;
  const known = await findSshKeys(ports, project, workspace);
  if (known !== undefined) return known;
  const folder = folderOf(machine.stateFolder, project, workspace);
  await files.makeFolder(folder);
  for (const name of ['key', 'host']) {
    if ((await files.kindOf(`${folder}/${name}.pub`)) !== undefined) continue;
    const argv = ['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', 'devenv', '-f', `${folder}/${name}`];
    const { exitCode, stderr, stdout } = await processes.run(argv, { input: 'y\n' });
    if (exitCode === 0) continue;
    if (exitCode === 127)
      throw new DevenvError('HOST_PROGRAM_MISSING', 'ssh-keygen is not installed on this machine.', {
        hint: 'Install OpenSSH, on Debian: `apt-get install openssh-client`.',
      });
    throw new DevenvError('FILE_UNWRITABLE', `The keys for ssh could not be made: ${(stderr || stdout).trim()}`);
  }
  const made = await findSshKeys(ports, project, workspace);
  if (made === undefined) throw new DevenvError('FILE_UNREADABLE', `The keys in ${folder} cannot be read.`);
  return made;
}
