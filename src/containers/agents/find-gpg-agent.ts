import type { Context } from '../../ports/context.ts';

/** The gpg agent of a person. */
export interface GpgAgent {
  /** Absolute path on this machine of the restricted socket, which signs and exports no keys. */
  readonly socket: string;
  /** Public keys, in ASCII armour. */
  readonly publicKeys: string;
}

const timeout = 10_000;

/** Finds the person's gpg agent and the public key of git's signing key. Absent without gpg or without that key. */
export async function findGpgAgent({ processes }: Context, key: string): Promise<GpgAgent | undefined> {
  const run = async (...argv: string[]): Promise<string> => {
    const { exitCode, stdout } = await processes.run(argv, { timeout });
    return exitCode === 0 ? stdout : '';
  };
  const [socket, publicKeys] = await Promise.all([
    run('gpgconf', '--list-dirs', 'agent-extra-socket'),
    run('gpg', '--batch', '--armor', '--export', '--', key),
  ]);
  if (!socket.startsWith('/') || !publicKeys.includes('BEGIN PGP PUBLIC KEY')) return undefined;
  await run('gpgconf', '--launch', 'gpg-agent');
  return { socket: decodeURIComponent(socket.trim()), publicKeys };
}
