import { provideBase } from './base/provide-base.ts';
import { requireImage } from '../observe/images/require-image.ts';
import { contentIdOf } from '../lock/content-id.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import type { Image } from '../model/image.ts';
import type { BootstrapBase, DockerfileBase, ImageBase } from '../model/image-inputs.ts';
import { findVersion } from '../lock/version-items.ts';
import type { Context } from '../ports/context.ts';
import type { Project } from '../observe/project.ts';
import { provideVersion } from '../observe/version-image.ts';
import type { ImagePlan } from '../model/plan.ts';
import type { BuildGuard } from './guard-build.ts';

interface Options {
  readonly update?: boolean;
  readonly guard?: BuildGuard;
  /** Set for an image that is not a workspace's. */
  readonly configure?: object;
}

/** Gets the base or the version that the first step of a plan extends. */
export async function provideStart(
  context: Context,
  project: Project,
  { start }: Extract<ImagePlan, { kind: 'build' }>,
  { update = false, guard, configure }: Options,
): Promise<{ readonly reference: string; readonly resolved: Readonly<Record<string, string>> }> {
  if (start.kind === 'base') {
    const pins = update ? {} : (project.lock?.resolved['base'] ?? {});
    const { base } = project.environment;
    const provide = (wanted: ImageBase | BootstrapBase) => provideBase(context, wanted, { pins, update });
    if (base.kind !== 'dockerfile') return provide(base);
    const { buildDockerfileBase } = await import('./base/dockerfile-base.ts');
    const named = (image: string) => provide({ kind: 'image', image });
    const built = await buildDockerfileBase(context, base, { project, update, provide: named, guard });
    if (configure !== undefined) return built;
    const image = await requireImage((await context.engine()).images, built.reference);
    tellUser(context, project, base, image);
    return { ...built, resolved: { ...built.resolved, [base.dockerfile]: contentIdOf(image) } };
  }
  const { lock, environment } = project;
  const version = lock && findVersion(lock, start.number);
  if (version === undefined)
    throw new DevenvError('INTERNAL', `The plan starts from version ${String(start.number)}, which does not exist.`);
  return { reference: await provideVersion(context, environment, version), resolved: lock?.resolved['base'] ?? {} };
}

/** Says that a workspace does not run as the user of its Dockerfile, if that is another one. */
function tellUser({ progress }: Context, { environment }: Project, { dockerfile }: DockerfileBase, image: Image): void {
  const [user = ''] = image.config.user.split(':');
  if (['', '0', 'root', environment.user].includes(user)) return;
  progress.note(
    `${dockerfile} ends with USER ${user}; the workspace runs as ${environment.user}, with sudo. \`user: ${user}\` in devenv.yaml takes the user of the image.`,
  );
}
