import { splitPaths, type BytePath } from '../../model/byte-path.ts';
import { inImage } from '../../observe/images/ask-image.ts';
import { readOutput } from '../../observe/read-output.ts';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { Container } from '../../model/container.ts';
import { personalList } from './plan-personal.ts';
import type { Containers } from '../../ports/engine.ts';
import { readPersonalParts } from './personal-label.ts';

/** Reads the absolute paths that a personal layer changed; none without one. Asks the engine only if there can be one. */
export async function readPersonalPaths(
  engine: Containers,
  folder: string,
  container: Pick<Container, 'id' | 'image' | 'labels' | 'state'>,
): Promise<ReadonlySet<BytePath>> {
  const parts = readPersonalParts(container);
  if (parts === undefined) return new Set();
  if (parts.dotfiles === undefined && Object.values(parts.packages).every((list) => list.length === 0))
    return new Set();
  const argv = ['sh', '-c', 'if [ -e "$1" ]; then cat -- "$1"; fi', 'devenv', personalList];
  const read = (id: string): Promise<Buffer | undefined> => readOutput(engine.runtime, id, argv);
  const image = container.state === 'running' ? undefined : await engine.images.inspect(container.image);
  const output =
    container.state === 'running'
      ? await read(container.id)
      : image && (await inImage(engine.runtime, folder, image, read));
  if (output !== undefined) return new Set(splitPaths(output));
  throw new DevenvError('ENGINE_REFUSED', 'The list of files of your personal layer cannot be read.', {
    state: 'The workspace is as it was.',
    hint: 'Run `devenv up`, then the same command again.',
  });
}
