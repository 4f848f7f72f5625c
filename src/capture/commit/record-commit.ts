import type { Image } from '../../model/image.ts';
import { type ItemsDelta, reconcileItems } from '../../model/item.ts';
import type { Lock, Version } from '../../model/version.ts';
import { currentVersion, lineage, resolveVersionItems } from '../../lock/version-items.ts';
import type { CaptureResult } from '../../ports/capture.ts';
import type { Images } from '../../ports/images.ts';
import { applyWriteBack } from '../../versions/edit-declarations.ts';
import { describeVersion, recordVersion, type VersionRecord } from '../../versions/record-version.ts';
import { versionAbsent } from '../../versions/require-version.ts';
import { findVersionImage } from '../../observe/version-image.ts';
import type { WriteBack } from '../write-back/write-back.ts';
import { mergedReference } from './commit-intent.ts';
import { compact } from './compact.ts';
import type { SecretGuard } from './guard-secrets.ts';
import type { CommitWork } from './open-commit.ts';
import type { CommitPreview } from './preview-commit.ts';

/** What was captured, and how it is recorded. */
interface FinishedCapture {
  /** Record of the version if nothing is merged; its image carries it already. */
  readonly record: VersionRecord;
  /** Labels that say what it was made from. */
  readonly origin: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly captured: CaptureResult;
  /** Settled when the workspace runs again; the version is recorded after that. */
  readonly resumed: Promise<void> | undefined;
  readonly guard: SecretGuard;
}

/** The record of the version, before anything is captured; without allowances. */
export async function describeCommit(
  { context, project, lock, parent, message, amended }: CommitWork,
  declaration: WriteBack,
): Promise<VersionRecord> {
  return describeVersion(context, project, {
    kind: 'commit',
    from: parent.version.number,
    items: itemsBeyond(lock, parent.version.number, declaration),
    message,
    replaces: amended,
  });
}

function itemsBeyond(lock: Lock, from: number, { items }: WriteBack): ItemsDelta {
  return reconcileItems(resolveVersionItems(lock, from), items);
}

/** Merges layers if they are too many, names the image as the next version, and records it. */
export async function recordCommit(
  { context, held, engine, project, lock, container, amended, record: { intent } }: CommitWork,
  { drift, declaration }: CommitPreview,
  { captured, resumed, record, origin, labels, guard }: FinishedCapture,
): Promise<Version> {
  const below = captured.onParent ? record.from : await findBelow(engine.images, lock, captured.image);
  if (below === undefined) throw versionAbsent(currentVersion(lock));
  const { image, from } = await compact(context, project, lock, {
    ...{ image: captured.image, from: below, container: container.id, reference: mergedReference(intent) },
    deletes: drift.deletes,
    purge: guard.purge,
    through: amended?.number,
  });
  return recordVersion(context, held, project, {
    image,
    record: from === record.from ? record : { ...record, from, items: itemsBeyond(lock, from, declaration) },
    shape: declaration.shape,
    resolved: declaration.resolved,
    declare: async () => {
      await resumed;
      await applyWriteBack(context, held, declaration.edits);
    },
    origin,
    labels,
  });
}

/** The newest version that an image is built on, for an engine that captures whole containers. */
async function findBelow(images: Images, lock: Lock, image: Image): Promise<number | undefined> {
  for (const version of lineage(lock, lock.current)) {
    const found = await findVersionImage(images, lock.name, version);
    if (found?.diffIds.every((layer, index) => image.diffIds[index] === layer) === true) return version.number;
  }
  return undefined;
}
