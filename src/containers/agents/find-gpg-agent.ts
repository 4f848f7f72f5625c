import type { Context } from '../../ports/context.ts';

/** What signs for a person with their OpenPGP keys. */
export interface GpgAgent {
  /** Absolute path on this machine; over it the agent signs, and gives no key away. */
  readonly socket: string;
  /** The public halves, in ASCII armour. */
  readonly publicKeys: string;
}

const timeout = 10_000;

/**
 * The person's gpg agent, and the public half of the key that they sign with.
 * `key`: as git is told it. Absent where gpg is not here or has no such key.
 */
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
