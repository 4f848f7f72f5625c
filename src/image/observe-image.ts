import { currentVersion, findVersion } from '../lock/version-items.ts';
import type { Base } from '../model/image-inputs.ts';
import type { ImagePlan } from '../model/plan.ts';
import type { Project } from '../observe/project.ts';
import { findVersionImage } from '../observe/version-image.ts';
import type { ObservedImage } from '../plan/observed.ts';
import type { Images } from '../ports/images.ts';

/** What the planner needs to know about the images of versions. Without `images`, only files are read. */
export async function observeImage(
  images: Images | undefined,
  { environment, lock }: Project,
  build: ImagePlan,
): Promise<ObservedImage> {
  const current = lock && currentVersion(lock);
  const first = build.kind === 'build' && build.start.kind === 'version' ? build.start.number : current?.number;
  const wanted = lock && first !== undefined ? findVersion(lock, first) : undefined;
  const here = images && wanted && (await findVersionImage(images, environment.name, wanted));
  return {
    ...{ build, base: nameBase(environment.base), here: images === undefined || here !== undefined },
    ...(current !== undefined && { current: { number: current.number, content: current.content } }),
    next: Math.max(0, ...(lock?.versions.map(({ number }) => number) ?? [])) + 1,
    ...{ personal: 'none', stalePins: false },
  };
}

export function nameBase(base: Base): string {
  if (base.kind === 'dockerfile') return base.dockerfile;
  if (base.kind !== 'image') return `Debian ${base.suite}`;
  return base.fallback === undefined ? base.image : `${base.image}, else Debian ${base.fallback.suite}`;
}
