import { contentIdOf } from '../lock/content-id.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import type { Image } from '../model/image.ts';
import type { Allowance } from '../model/finding.ts';
import type { ItemsDelta } from '../model/item.ts';
import type { Digest, Lock, Resolved, Version, VersionKind } from '../model/version.ts';
import type { Held } from '../ports/project-lock.ts';
import type { Context } from './context.ts';
import { labels } from './labels.ts';
import type { Project } from './project.ts';
import { localReference } from './version-image.ts';
import { writeLock } from './write-lock.ts';

export interface NewVersion {
  /** The finished image; it has no name yet. */
  readonly image: Image;
  readonly kind: VersionKind;
  readonly from?: number;
  readonly items: ItemsDelta;
  readonly message: string;
  /** Hash of the items that the version satisfies. */
  readonly shape: Digest;
  readonly resolved: Resolved;
  /** Makes devenv.yaml say what the version declares: after it is named, before the lock says that it exists. */
  readonly declare?: () => Promise<void>;
  /** What was let pass though it looks like a secret. */
  readonly allowed?: readonly Allowance[];
  /** The version that is made anew; else it is the next one. */
  readonly replaces?: Version | undefined;
  /** Labels for the image besides its record. */
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * Names an image as the project's next version, checks it under that name,
 * then records it in the lock: a version is complete, or it is absent.
 */
export async function recordVersion(
  context: Context,
  held: Held,
  project: Project,
  made: NewVersion,
): Promise<Version> {
  const engine = await context.engine();
  const { lock, environment } = project;
  const { replaces } = made;
  const version: Version = {
    number: replaces?.number ?? Math.max(0, ...(lock?.versions.map(({ number }) => number) ?? [])) + 1,
    kind: made.kind,
    ...(replaces === undefined && lock !== undefined && { parent: lock.current }),
    ...(replaces?.parent !== undefined && { parent: replaces.parent }),
    ...(made.from !== undefined && { from: made.from }),
    content: contentIdOf(made.image),
    author: await context.author(project.folder),
    date: new Date(context.clock.now()).toISOString().replace(/\.\d+Z$/, 'Z'),
    message: made.message,
    size: made.image.size,
    layers: made.image.diffIds.length,
    items: made.items,
    ...(made.allowed !== undefined && made.allowed.length > 0 && { allowed: made.allowed }),
  };
  await context.failpoints.reach('record:before');
  held.check();
  const reference = localReference(environment.name, version);
  await engine.labelImage(made.image.id, reference, {
    [labels.role]: 'image',
    [labels.project]: environment.name,
    [labels.version]: String(version.number),
    [labels.content]: version.content,
    [labels.record]: JSON.stringify(version),
    // What the image below was captured from is not true of this one.
    [labels.origin]: '',
    [labels.captured]: '',
    ...made.labels,
  });
  const named = await engine.inspectImage(reference);
  if (named === undefined || contentIdOf(named) !== version.content) {
    throw new DevenvError('CONTENT_MISMATCH', 'The engine gave the new version another content than was built.', {
      state: 'Nothing was recorded; the lock is as it was.',
    });
  }
  await context.failpoints.reach('record:named');
  await made.declare?.();
  await writeLock(context, held, project, extendLock(environment.name, lock, version, made));
  return version;
}

function extendLock(name: string, lock: Lock | undefined, version: Version, made: NewVersion): Lock {
  return {
    name,
    current: version.number,
    shape: made.shape,
    resolved: made.resolved,
    ...(lock?.services !== undefined && { services: lock.services }),
    ...(lock?.seed !== undefined && { seed: lock.seed }),
    versions: [...(lock?.versions.filter(({ number }) => number !== version.number) ?? []), version],
  };
}
