import { DevenvError } from '../../errors/devenv-error.ts';
import type { Image } from '../../model/image.ts';
import type { Images } from '../../ports/images.ts';

/** An image that the engine had a moment ago. Throws IMAGE_NOT_FOUND. */
export async function requireImage(images: Pick<Images, 'inspect'>, reference: string): Promise<Image> {
  const image = await images.inspect(reference);
  if (image === undefined) throw new DevenvError('IMAGE_NOT_FOUND', `${reference} vanished from the engine.`);
  return image;
}
