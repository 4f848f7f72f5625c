import { describeDockerfile } from '../../lock/dockerfile-item.ts';
import type { DockerfileBase } from '../../model/image-inputs.ts';
import type { Context } from '../../ports/context.ts';
import { readDockerfile } from './read-dockerfile.ts';
import { hashToHex } from '../../lock/hash-json.ts';

/** The value of the item `base` of a Dockerfile, as the project is now. Errors as `readDockerfile`. */
export async function hashDockerfile(
  context: Pick<Context, 'files' | 'buildContexts'>,
  folder: string,
  base: DockerfileBase,
): Promise<string> {
  const { text, hashes } = await readDockerfile(context, folder, base);
  const prefix = base.context === '.' ? '' : `${base.context}/`;
  const files = Object.entries(hashes.groups).map(([path, sha]) => [`${prefix}${path}`, sha]);
  const inputs = { dockerfile: hashToHex(text), context: Object.fromEntries(files) as Record<string, string> };
  return describeDockerfile(base, inputs);
}
