import { DevenvError } from '../errors/devenv-error.ts';
import type { Container } from '../model/container.ts';
import type { Project } from '../observe/project.ts';
import { findVersionImage } from '../observe/version-image.ts';
import type { Images } from '../ports/images.ts';

/**
 * Finds an image whose programs can copy data: of the workspace, of any version
 * of the project that the engine has, or of a service. Throws IMAGE_NOT_FOUND.
 */
export async function findTools(
  images: Images,
  { environment, lock }: Project,
  { containers, services }: { readonly containers: readonly Container[]; readonly services: readonly Container[] },
): Promise<string> {
  const [container] = containers;
  if (container !== undefined && (await images.inspect(container.image)) !== undefined) return container.image;
  for (const version of [...(lock?.versions ?? [])].reverse()) {
    const image = await findVersionImage(images, environment.name, version);
    if (image !== undefined) return image.id;
  }
  if (services[0] !== undefined) return services[0].image;
  throw new DevenvError(
    'IMAGE_NOT_FOUND',
    'The engine has no version of this project whose programs could copy data.',
    {
      hint: 'Run `devenv pull`, then the same command again.',
      state: 'The data is as it was.',
    },
  );
}
