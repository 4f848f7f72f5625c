import { Readable } from 'node:stream';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { Mount } from '../../model/container.ts';
import type { Runtime } from '../../ports/runtime.ts';
import { quoteWord } from '../../model/shell/quote-words.ts';

/** In memory only: in no volume, snapshot or image. */
export const secretsMount: Mount = { kind: 'tmpfs', target: '/run/secrets', mode: 0o755 };

/** Wraps a command so that it starts once its secrets are there, with the variables among them. */
export function afterSecrets(argv: readonly string[]): readonly string[] {
  const script =
    'while [ ! -e /run/secrets/.given ]; do sleep 0.1; done; [ ! -e /run/secrets/.env ] || . /run/secrets/.env; exec "$@"';
  return ['/bin/sh', '-c', script, 'devenv', ...argv];
}

/** Writes secrets into a running container: files in /run/secrets that all of its users can read. `variables`: for its own program. */
export async function giveSecrets(
  runtime: Runtime,
  container: string,
  secrets: ReadonlyMap<string, string>,
  variables: Readonly<Record<string, string>> = {},
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
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}=${quoteWord(value)}\n`);
  if (lines.length > 0) await put('.env', lines.join(''));
  await put('.given', '');
}
