import { DevenvError } from '../errors/devenv-error.ts';
import type { Digest } from '../model/version.ts';
import type { Context } from '../ports/context.ts';
import type { ProgressTask } from '../ports/progress.ts';
import { transferOptions } from './transfer-options.ts';

/**
 * Sends an image of this engine to a registry under a name, and asks the
 * registry what it took: an image counts as pushed when others can get it.
 * Throws as Images.push, and CONTENT_MISMATCH.
 */
export async function pushImage(context: Context, source: string, target: string, task: ProgressTask): Promise<Digest> {
  const { images } = await context.engine();
  await images.tag(source, target);
  await context.failpoints.reach('push:tagged');
  const options = await transferOptions(context, target, task);
  const digest = await images.push(target, options);
  await context.failpoints.reach('push:sent');
  const held = await images.resolveDigest(target, options.auth);
  if (held === digest) return digest;
  throw new DevenvError(
    'CONTENT_MISMATCH',
    `The registry took ${digest} for ${target}, but serves ${held ?? 'nothing'}.`,
    { state: 'devenv-lock.yaml does not name it.' },
  );
}
