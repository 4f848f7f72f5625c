import { DevenvError } from '../errors/devenv-error.ts';
import type { Container } from '../model/container.ts';
import type { Image } from '../model/image.ts';
import type { Lock, Version } from '../model/version.ts';
import { reconcileItems } from '../plan/items-delta.ts';
import { currentVersion, lineage, resolveVersionItems } from '../plan/version-items.ts';
import type { Captured } from '../ports/capture.ts';
import type { Engine } from '../ports/engine.ts';
import type { Held } from '../ports/project-lock.ts';
import { compact } from './compact.ts';
import type { Context } from './context.ts';
import { applyWriteBack } from './edit-declarations.ts';
import type { SecretGuard } from './guard-secrets.ts';
import { labels } from './labels.ts';
import type { Project } from './project.ts';
import { recordVersion } from './record-version.ts';
import { findVersionImage } from './version-image.ts';
import type { WriteBack } from './write-back.ts';

/** What was captured, and what becomes of it. */
export interface NewCommit {
  readonly message: string;
  /** The version that is made anew. */
  readonly amended: Version | undefined;
  readonly declaration: WriteBack;
  /** True where it may hide files of the versions below. */
  readonly deletes: boolean;
  readonly transaction: string;
  /** Names the image that the captured one and layers below it become. */
  readonly merged: string;
  readonly captured: Captured;
  /** Number of the version that the layer lies on. */
  readonly onto: number;
  readonly guard: SecretGuard;
  /** Engine time from which on the workspace's changes are not in the version. */
  readonly began: string | undefined;
}

/** Merges layers where that is due, names the image as the next version, and records it. */
export async function recordCommit(
  context: Context,
  held: Held,
  project: Project,
  lock: Lock,
  container: Container,
  { captured, onto, guard, began, message, amended, transaction, declaration, deletes, merged }: NewCommit,
): Promise<Version> {
  const engine = await context.engine();
  const below = captured.onParent ? onto : await findBelow(engine, lock, captured.image);
  if (below === undefined) throw versionAbsent(currentVersion(lock));
  const { image, from } = await compact(context, project, lock, {
    ...{ image: captured.image, from: below, container: container.id, reference: merged, deletes },
    purge: guard.purge,
    through: amended?.number,
  });
  return recordVersion(context, held, project, {
    image,
    kind: 'commit',
    from,
    items: reconcileItems(resolveVersionItems(lock, from), declaration.items),
    message,
    shape: declaration.shape,
    resolved: declaration.resolved,
    allowed: [...(amended?.allowed ?? []), ...guard.allowed],
    replaces: amended,
    declare: () => applyWriteBack(context, held, declaration.edits),
    labels: {
      [labels.origin]: container.id,
      [labels.captured]: began ?? '',
      [labels.transaction]: transaction,
    },
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

/** The error where the version that a workspace is at is not on the engine. */
export function versionAbsent({ number }: Version): DevenvError {
  return new DevenvError(
    'VERSION_NOT_FOUND',
    `Version ${String(number)}, which this workspace is at, is not on this engine.`,
    {
      hint: 'Run `devenv pull`, then the same command again.',
    },
  );
}
