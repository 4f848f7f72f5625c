import { Readable } from 'node:stream';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { Mount } from '../../model/container.ts';
import type { Runtime } from '../../ports/runtime.ts';

/** In memory alone: nothing of it is in a volume, a snapshot or an image. */
export const secretsMount: Mount = { kind: 'tmpfs', target: '/run/secrets', mode: 0o755 };

/** A program that starts when its secrets are there. */
export function afterSecrets(argv: readonly string[]): readonly string[] {
  const script = 'while [ ! -e /run/secrets/.given ]; do sleep 0.1; done; exec "$@"';
  return ['/bin/sh', '-c', script, 'devenv', ...argv];
}

/** Writes secrets into a running container, a file each under /run/secrets, for all of its users to read. */
export async function giveSecrets(
  runtime: Runtime,
  container: string,
  secrets: ReadonlyMap<string, string>,
): Promise<void> {
  const put = async (name: string, value: string): Promise<void> => {
    const exitCode = await runtime.exec(container, {
      argv: ['/bin/sh', '-c', 'umask 222; cat >"/run/secrets/$1"', 'devenv', name],
      user: '0:0',
      stdin: Readable.from([Buffer.from(value)]),
    });
    if (exitCode !== 0) {
      throw new DevenvError('SERVICE_FAILED', 'Secrets could not be written to /run/secrets of a service.', {
        hint: 'Its image needs `sh` and `cat`.',
      });
    }
  };
  await Promise.all([...secrets].map(([name, value]) => put(name, value)));
  await put('.given', '');
}
