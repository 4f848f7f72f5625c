import { contentIdOf } from '../lock/content-id.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import type { Image } from '../model/image.ts';
import type { Allowance, Digest, Lock, Resolved, Version, VersionKind } from '../model/version.ts';
import type { ItemsDelta } from '../model/item.ts';
import type { Held } from '../ports/project-lock.ts';
import type { Context } from '../ports/context.ts';
import { builderPrefix } from '../observe/images/builder-spec.ts';
import { labels } from '../observe/labels.ts';
import type { Project } from '../observe/project.ts';
import { localReference } from '../observe/version-image.ts';
import { describeOrigin } from './describe-origin.ts';
import { writeLock } from './write-lock.ts';
import { formatTime } from '../model/format-count.ts';

/** The part of a version that its image does not tell. */
export type VersionRecord = Omit<Version, 'content' | 'size' | 'layers' | 'digest'>;

interface Description {
  readonly kind: VersionKind;
  readonly from?: number;
  readonly items: ItemsDelta;
  readonly message: string;
  /** Default: the person at this machine. */
  readonly author?: string;
  /** Findings that were allowed. */
  readonly allowed?: readonly Allowance[];
  /** The version that it replaces; absent for the next version. */
  readonly replaces?: Version | undefined;
}

interface NewVersion {
  /** The finished image, without a name. */
  readonly image: Image;
  readonly record: VersionRecord;
  /** Hash of the items that the version has. */
  readonly shape: Digest;
  readonly resolved: Resolved;
  /** Edits devenv.yaml, after the image is named and before the lock is written. */
  readonly declare?: () => Promise<void>;
  /** The labels of `describeOrigin`, if they are known already. */
  readonly origin?: Readonly<Record<string, string>>;
  /** Further labels of the image. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** The record of a new version. */
export async function describeVersion(
  context: Context,
  { folder, lock }: Project,
  { kind, from, items, message, author, allowed, replaces }: Description,
): Promise<VersionRecord> {
  return {
    number: replaces?.number ?? Math.max(0, ...(lock?.versions.map(({ number }) => number) ?? [])) + 1,
    kind,
    ...(replaces === undefined && lock !== undefined && { parent: lock.current }),
    ...(replaces?.parent !== undefined && { parent: replaces.parent }),
    ...(from !== undefined && { from }),
    author: author ?? (await context.author(folder)),
    date: formatTime(context.clock.now()),
    message,
    items,
    ...(allowed !== undefined && allowed.length > 0 && { allowed }),
  };
}

/** The record of a version for its image's label, without what the image itself tells. */
function printRecord({ content: _, size: __, layers: ___, digest: ____, ...record }: Partial<Version>): string {
  return JSON.stringify(record);
}

/** The labels that tell a version's record, to devenv and to other tools. */
export const recordLabels = (project: string, record: VersionRecord): Readonly<Record<string, string>> => ({
  [labels.version]: String(record.number),
  [labels.record]: printRecord(record),
  [labels.described]: '1',
  'org.opencontainers.image.title': project,
  'org.opencontainers.image.version': String(record.number),
  'org.opencontainers.image.created': record.date,
  'org.opencontainers.image.authors': record.author,
});

/** The labels of a version's image. */
export function labelVersion(
  project: string,
  record: VersionRecord,
  more: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  return {
    [labels.role]: 'image',
    [labels.project]: project,
    ...recordLabels(project, record),
    // Overrides labels of the image below.
    [labels.origin]: '',
    [labels.captured]: '',
    ...more,
  };
}

/**
 * Names an image as the project's next version, checks it under that name, then
 * records it in the lock: a version is complete or absent.
 */
export async function recordVersion(
  context: Context,
  held: Held,
  project: Project,
  made: NewVersion,
): Promise<Version> {
  const engine = await context.engine();
  const { lock, environment } = project;
  const { image, record } = made;
  const content = contentIdOf(image);
  const version: Version = { ...record, content, size: image.size, layers: image.diffIds.length };
  await context.failpoints.reach('record:before');
  held.check();
  const reference = localReference(environment.name, version);
  const origin = made.origin ?? (await describeOrigin(context, project, made.resolved));
  const wanted = labelVersion(environment.name, record, { ...origin, ...made.labels });
  // A capture may have them already.
  if (hasLabels(image, wanted)) await engine.images.tag(image.id, reference);
  else await engine.images.label(image.id, reference, wanted, builderPrefix(project.folder));
  const named = await engine.images.inspect(reference);
  if (named === undefined || contentIdOf(named) !== version.content) {
    throw new DevenvError(
      'CONTENT_MISMATCH',
      'The image of the new version has another content than the one that was built.',
      {
        state: 'Nothing was recorded; the lock is as it was.',
      },
    );
  }
  await context.failpoints.reach('record:named');
  await made.declare?.();
  await writeLock(context, held, project, extendLock(environment.name, lock, version, made));
  return version;
}

function hasLabels({ config }: Image, wanted: Readonly<Record<string, string>>): boolean {
  return Object.entries(wanted).every(([name, value]) => config.labels[name] === value);
}

function extendLock(name: string, lock: Lock | undefined, version: Version, made: NewVersion): Lock {
  return {
    name,
    current: version.number,
    shape: made.shape,
    resolved: made.resolved,
    ...(lock?.services !== undefined && { services: lock.services }),
    ...(lock?.seed !== undefined && { seed: lock.seed }),
    ...(lock?.steps !== undefined && { steps: lock.steps }),
    versions: [...(lock?.versions.filter(({ number }) => number !== version.number) ?? []), version],
  };
}
