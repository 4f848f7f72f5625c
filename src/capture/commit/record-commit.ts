import type { Container } from '../../model/container.ts';
import type { Image } from '../../model/image.ts';
import type { ItemsDelta } from '../../model/item.ts';
import type { Lock, Version } from '../../model/version.ts';
import { reconcileItems } from '../../lock/items-delta.ts';
import { currentVersion, lineage, resolveVersionItems } from '../../lock/version-items.ts';
import type { Captured } from '../../ports/capture.ts';
import type { Engine } from '../../ports/engine.ts';
import type { Held } from '../../ports/project-lock.ts';
import { compact } from './compact.ts';
import type { Context } from '../../ports/context.ts';
import { applyWriteBack } from '../../versions/edit-declarations.ts';
import type { SecretGuard } from './guard-secrets.ts';
import type { Project } from '../../observe/project.ts';
import { describeVersion, recordVersion, type VersionRecord } from '../../versions/record-version.ts';
import { versionAbsent } from '../../versions/require-version.ts';
import { findVersionImage } from '../../observe/version-image.ts';
import type { WriteBack } from '../write-back/write-back.ts';

/** What was captured, and what becomes of it. */
export interface NewCommit {
  /** Of the version that this makes where nothing is merged; its image has that already. */
  readonly record: VersionRecord;
  readonly labels: Readonly<Record<string, string>>;
  /** The version that is made anew. */
  readonly amended: Version | undefined;
  readonly declaration: WriteBack;
  /** True where it may hide files of the versions below. */
  readonly deletes: boolean;
  /** Names the image that the captured one and layers below it become. */
  readonly merged: string;
  readonly captured: Captured;
  /** Waited for before the version is recorded: that the workspace goes on. */
  readonly resumed: Promise<void> | undefined;
  readonly guard: SecretGuard;
}

/** The record of what a commit captures on `onto`, before it is captured: but for what was let pass. */
export async function describeCommit(
  context: Context,
  project: Project,
  lock: Lock,
  onto: Version,
  { message, author, amended, declaration }: Describing,
): Promise<VersionRecord> {
  return describeVersion(context, project, {
    kind: 'commit',
    from: onto.number,
    items: itemsBeyond(lock, onto.number, declaration),
    message,
    author: await author,
    replaces: amended,
  });
}

interface Describing extends Pick<NewCommit, 'amended' | 'declaration'> {
  readonly message: string;
  readonly author: Promise<string>;
}

function itemsBeyond(lock: Lock, from: number, { items }: WriteBack): ItemsDelta {
  return reconcileItems(resolveVersionItems(lock, from), items);
}

/** Merges layers where that is due, names the image as the next version, and records it. */
export async function recordCommit(
  context: Context,
  held: Held,
  project: Project,
  lock: Lock,
  container: Container,
  { captured, resumed, record, labels, guard, amended, declaration, deletes, merged }: NewCommit,
): Promise<Version> {
  const engine = await context.engine();
  const below = captured.onParent ? record.from : await findBelow(engine, lock, captured.image);
  if (below === undefined) throw versionAbsent(currentVersion(lock));
  const { image, from } = await compact(context, project, lock, {
    ...{ image: captured.image, from: below, container: container.id, reference: merged, deletes },
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
    labels,
  });
}

/** The newest version whose layers an image has, and to which it adds: where an engine captures a container whole. */
async function findBelow(engine: Engine, lock: Lock, image: Image): Promise<number | undefined> {
  for (const version of lineage(lock, lock.current)) {
    const found = await findVersionImage(engine, lock.name, version);
    if (found?.diffIds.every((layer, index) => image.diffIds[index] === layer) === true) return version.number;
  }
  return undefined;
}
