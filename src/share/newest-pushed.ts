import { asMap, parseJson } from '../model/json.ts';
import { contentIdOf } from '../lock/content-id.ts';
import { DevenvError, hasCode } from '../errors/devenv-error.ts';
import type { Image } from '../model/image.ts';
import type { Digest, Lock, Version } from '../model/version.ts';
import type { Engine } from '../ports/engine.ts';
import type { Images } from '../ports/images.ts';
import type { RegistryAuth } from '../ports/registry.ts';
import type { Context } from '../ports/context.ts';
import { labels } from '../observe/labels.ts';
import type { Project } from '../observe/project.ts';
import { transferOptions } from '../observe/transfer-options.ts';
import { findVersionImage, localReference } from '../observe/version-image.ts';

/**
 * The one tag that moves: the newest version that anybody pushed. A push reads
 * it first, to find versions that have not come through git yet.
 */
const newestTag = (repository: string): string => `${repository}:latest`;

/** What the tag names. */
type Newest =
  { readonly kind: 'none' } | { readonly kind: 'known'; readonly content: string } | { readonly kind: 'foreign' };

/**
 * Throws STALE_PARENT with author and message if the registry has a version
 * that the lock does not know. `foreign`: devenv did not push the tag.
 */
export async function refuseStalePush(context: Context, lock: Lock, repository: string): Promise<Newest> {
  const engine = await context.engine();
  const found = await findNewest(context, engine, lock, newestTag(repository));
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
      hint: 'Run `git pull`, then push again. If devenv-lock.yaml conflicts, run `devenv resolve` and `devenv rebase` before.',
      state: 'Nothing was pushed.',
      data: { number: record.number, author: record.author, message: record.message, content },
    },
  );
}

/** Moves the tag to the newest version that is pushed and on this engine. A rollback adds no image. */
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
  await engine.images.tag(localReference(environment.name, version), reference);
  await engine.images.push(reference, await transferOptions(context, reference));
}

/** What the tag names: a version of the lock, or the pulled image of an unknown one. */
async function findNewest(
  context: Context,
  engine: Pick<Engine, 'images'>,
  lock: Lock,
  reference: string,
): Promise<Version | Image | undefined> {
  const options = await transferOptions(context, reference);
  const digest = await askDigest(engine.images, reference, options.auth);
  if (digest === undefined) return undefined;
  const known = lock.versions.find((version) => version.digest === digest);
  if (known !== undefined) return known;
  const target = `${reference.replace(/:[^/:]*$/, '')}@${digest}`;
  try {
    await engine.images.pull(target, options);
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

/** Some registries deny access to an absent repository. If access is really denied, the push reports it. */
const isAbsent = (error: unknown): boolean => hasCode(error, 'IMAGE_NOT_FOUND', 'REGISTRY_DENIED');

/** The record in an image's label, which is untrusted. */
function readRecord(image: Image): Pick<Version, 'number' | 'author' | 'message'> | undefined {
  const { number, author, message } = asMap(parseJson(image.config.labels[labels.record]));
  if (typeof number !== 'number' || typeof author !== 'string' || typeof message !== 'string') return undefined;
  return { number, author, message };
}
