import { join } from 'node:path';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { Context } from '../../ports/context.ts';
import { platforms } from '../platforms.ts';

/** Name of a file of the wrapper → text. */
export type WrapperFiles = ReadonlyMap<string, string>;

/** In the first lines of each file of the wrapper, by which devenv knows its own. */
const mark = 'devenv init --wrapper';

interface WrapperOptions {
  readonly files: WrapperFiles;
  /** Of devenv. */
  readonly version: string;
}

/**
 * Writes the wrapper and the hashes of the executables that it fetches, as the
 * npm registry publishes them, in place of an older wrapper. Returns the paths.
 * Throws FILE_EXISTS, REGISTRY_UNREACHABLE, CONTENT_MISMATCH.
 */
export async function writeWrapper(context: Context, { files, version }: WrapperOptions): Promise<readonly string[]> {
  const packages = await context.packages();
  const hashes = await Promise.all(
    platforms.map(async (platform) => {
      const { integrity } = await packages.resolve(`@teamvm/devenv-${platform}`, version, context.signal);
      return `${platform} ${Buffer.from(integrity.replace(/^sha512-/, ''), 'base64').toString('hex')}\n`;
    }),
  );
  const settings = `# Written by \`${mark}\`: the version of devenv for this project, and the sha512 of each package.\n`;
  const pinned = `${settings}version ${version}\nregistry https://registry.npmjs.org\n${hashes.join('')}`;
  const written = [...files, ['devenvw.conf', pinned] as const];
  for (const [name] of written) await refuseForeign(context, name);
  for (const [name, text] of written)
    await context.files.writeAtomic(join(context.folder, name), text, name === 'devenvw' ? 0o755 : 0o644);
  return written.map(([name]) => name);
}

async function refuseForeign({ files, folder }: Context, name: string): Promise<void> {
  const path = join(folder, name);
  if ((await files.kindOf(path)) === undefined) return;
  const text = await files.readText(path, 64 * 1024, folder);
  if (text?.slice(0, 500).includes(mark) === true) return;
  throw new DevenvError('FILE_EXISTS', `${path} exists already, and is not a wrapper that devenv wrote.`, {
    hint: 'Move it to another place first.',
    state: 'Nothing was written.',
  });
}
