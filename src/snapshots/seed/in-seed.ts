import { OutputTail } from '../../observe/output-tail.ts';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { Mount } from '../../model/container.ts';
import type { Runtime } from '../../ports/runtime.ts';
import { labels } from '../../observe/labels.ts';

/** Folder of a seed's image with a tar for each volume: `0.tar`, `1.tar` … */
export const seedFolder = '/.devenv-seed';

export interface SeedContainer {
  readonly id: string;
  /** Runs a shell script as root with `$1`, `$2` …. Throws ENGINE_REFUSED with its last lines. */
  readonly run: (script: string, arguments_: readonly string[]) => Promise<void>;
}

interface SeedOptions {
  readonly image: string;
  readonly mounts: readonly Mount[];
  readonly transaction: string;
}

/**
 * Runs work in a container of an image that has the programs for it, and always
 * removes the container. Leftovers of a killed command carry the transaction.
 */
export async function inSeed<T>(
  runtime: Runtime,
  { image, mounts, transaction }: SeedOptions,
  work: (container: SeedContainer) => Promise<T>,
): Promise<T> {
  const id = await runtime.create({
    name: `devenv-seeding-${transaction}`,
    image,
    command: ['/bin/sh', '-c', 'trap "exit 0" TERM; while :; do sleep 86400 & wait $!; done'],
    env: [],
    labels: { [labels.role]: 'helper', [labels.origin]: transaction },
    user: '',
    workingDir: '',
    mounts,
    network: 'none',
    stopTimeout: 1,
  });
  try {
    await runtime.start(id);
    return await work({ id, run: (script, arguments_) => run(runtime, id, script, arguments_) });
  } finally {
    await runtime.remove(id);
  }
}

async function run(runtime: Runtime, id: string, script: string, arguments_: readonly string[]): Promise<void> {
  const tail = new OutputTail(3);
  const argv = ['/bin/sh', '-c', script, 'sh', ...arguments_];
  const exitCode = await runtime.exec(id, { argv, user: '0:0', ...tail.streams() });
  if (exitCode === 0) return;
  const words = tail.lines().join(' / ');
  const full = /no space left on device|wrote only \d+ of \d+ bytes/i.test(words);
  throw new DevenvError(
    'ENGINE_REFUSED',
    full ? 'The disk of the engine\u2019s machine is full.' : `Data could not be moved: ${words || String(exitCode)}`,
    { hint: full ? 'Free some space there, then run the same command again.' : 'The base needs `sh` and GNU `tar`.' },
  );
}
