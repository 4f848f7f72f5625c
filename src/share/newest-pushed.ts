import { contentIdOf } from '../lock/content-id.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import type { Image } from '../model/image.ts';
import type { Digest, Lock, Version } from '../model/version.ts';
import type { Engine } from '../ports/engine.ts';
import type { Images } from '../ports/images.ts';
import type { RegistryAuth } from '../ports/registry.ts';
import type { Context } from '../ports/context.ts';
import { labels } from '../observe/labels.ts';
import type { Project } from '../observe/project.ts';
import { findVersionImage, localReference } from '../observe/version-image.ts';

/**
 * The one tag that moves: the newest version that anybody pushed. A push asks
 * for it first, and so learns of versions that git has not brought here yet.
 */
const newestTag = (repository: string): string => `${repository}:latest`;

/** What the tag names now. */
export type Newest =
  { readonly kind: 'none' } | { readonly kind: 'known'; readonly content: string } | { readonly kind: 'foreign' };

/**
 * Throws STALE_PARENT with author and message where the registry has a version
 * that the lock does not know. `foreign`: the tag is not one of devenv's.
 */
export async function refuseStalePush(context: Context, lock: Lock, repository: string): Promise<Newest> {
  const engine = await context.engine();
  const reference = newestTag(repository);
  const auth = await (await context.registry()).findAuth(reference);
  const found = await findNewest(context, engine, lock, reference, auth);
  if (found === undefined) return { kind: 'none' };
  if ('number' in found) return { kind: 'known', content: found.content };
  const content = contentIdOf(found);
  if (lock.versions.some((version) => version.content === content)) return { kind: 'known', content };
  const record = readRecord(found);
  if (record === undefined) return { kind: 'foreign' };
  throw new DevenvError(
    'STALE_PARENT',
    `The registry has version ${String(record.number)} (${record.message}, ${record.author}), which devenv-lock.yaml does not know.`,
    {
      hint: 'Run `git pull`; where devenv-lock.yaml conflicts, `devenv resolve`, then `devenv rebase`; then push again.',
      state: 'Nothing was pushed.',
      data: { number: record.number, author: record.author, message: record.message, content },
    },
  );
}

/** Moves the tag to the newest version that is pushed and here. A rollback names what is there already. */
export async function markNewest(
  context: Context,
  project: Project,
  repository: string,
  newest: Newest,
): Promise<void> {
  const { lock, environment } = project;
  const version = lock?.versions.filter(({ kind, digest }) => kind !== 'rollback' && digest !== undefined).at(-1);
  if (version === undefined || newest.kind === 'foreign') return;
  if (newest.kind === 'known' && newest.content === version.content) return;
  const engine = await context.engine();
  if ((await findVersionImage(engine.images, environment.name, version)) === undefined) return;
  const reference = newestTag(repository);
  const auth = await (await context.registry()).findAuth(reference);
  await engine.images.tag(localReference(environment.name, version), reference);
  await engine.images.push(reference, { ...(auth === undefined ? {} : { auth }), signal: context.signal });
}

/** By digest where the engine can ask for one: a version of the lock, or the image, pulled, that it does not know. */
async function findNewest(
  context: Context,
  engine: Pick<Engine, 'capabilities' | 'images'>,
  lock: Lock,
  reference: string,
  auth: RegistryAuth | undefined,
): Promise<Version | Image | undefined> {
  let target = reference;
  // Without that, a pull transfers what the engine does not have, mostly nothing.
  if (engine.capabilities.resolvesDigests) {
    const digest = await askDigest(engine.images, reference, auth);
    if (digest === undefined) return undefined;
    const known = lock.versions.find((version) => version.digest === digest);
    if (known !== undefined) return known;
    target = `${reference.replace(/:[^/:]*$/, '')}@${digest}`;
  }
  try {
    await engine.images.pull(target, { ...(auth === undefined ? {} : { auth }), signal: context.signal });
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
  return engine.images.inspect(target);
}

async function askDigest(
  images: Images,
  reference: string,
  auth: RegistryAuth | undefined,
): Promise<Digest | undefined> {
  try {
    return await images.resolveDigest(reference, auth);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** Registries that hide what they have call an absent repository forbidden; a push that really is tells better. */
const isAbsent = (error: unknown): boolean =>
  error instanceof DevenvError && ['IMAGE_NOT_FOUND', 'REGISTRY_DENIED'].includes(error.code);

/** The version that an image says to be; anybody's text. */
function readRecord(image: Image): Pick<Version, 'number' | 'author' | 'message'> | undefined {
  try {
    const record = JSON.parse(image.config.labels[labels.record] ?? '') as Partial<Version>;
    const { number, author, message } = record;
    if (typeof number !== 'number' || typeof author !== 'string' || typeof message !== 'string') return undefined;
    return { number, author, message };
  } catch {
    return undefined;
  }
}
