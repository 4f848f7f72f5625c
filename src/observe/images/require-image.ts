import { DevenvError } from '../../errors/devenv-error.ts';
import type { Image } from '../../model/image.ts';
import type { Images } from '../../ports/images.ts';

/** An image that the engine must still have. Throws IMAGE_NOT_FOUND. `state`: of the work, for that error. */
export async function requireImage(images: Pick<Images, 'inspect'>, reference: string, state?: string): Promise<Image> {
  const image = await images.inspect(reference);
  if (image !== undefined) return image;
  const message = `The engine does not have the image ${reference} any more.`;
  throw new DevenvError('IMAGE_NOT_FOUND', message, state === undefined ? {} : { state });
}
