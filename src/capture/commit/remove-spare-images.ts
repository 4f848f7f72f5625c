import { hasCode } from '../../errors/devenv-error.ts';
import type { Context } from '../../ports/context.ts';
import type { Images } from '../../ports/images.ts';

/**
 * Removes images that are no longer needed. One that the engine keeps is said
 * and left: the command itself has done its work.
 */
export async function removeSpareImages(
  { progress }: Pick<Context, 'progress'>,
  images: Images,
  references: readonly string[],
): Promise<void> {
  const remove = async (reference: string): Promise<void> => {
    try {
      await images.remove(reference);
    } catch (error) {
      if (!hasCode(error, 'ENGINE_REFUSED')) throw error;
      progress.note(`An image that is no longer needed stays. ${error.message}`);
    }
  };
  await Promise.all(references.map(remove));
}
