import type { BytePath } from '../../model/byte-path.ts';
import { DevenvError } from '../../errors/devenv-error.ts';
import { currentVersion } from '../../lock/version-items.ts';
import type { Container } from '../../model/container.ts';
import type { Image } from '../../model/image.ts';
import type { Lock, Version } from '../../model/version.ts';
import type { Standing } from '../../ports/changes.ts';
import type { Context } from '../../ports/context.ts';
import type { Engine } from '../../ports/engine.ts';
import type { Images } from '../../ports/images.ts';
import type { Held } from '../../ports/project-lock.ts';
import { readPersonalPaths } from '../../containers/personal/read-personal-paths.ts';
import { findWorkspace } from '../../observe/find-workspace.ts';
import { labels } from '../../observe/labels.ts';
import { readProject, type Project } from '../../observe/project.ts';
import { observeStanding, type ContainerStanding } from '../../observe/standing.ts';
import { findVersionImage } from '../../observe/version-image.ts';
import { requireLock, versionAbsent } from '../../versions/require-version.ts';
import { requireAmendable } from './amend.ts';
import { makeIntent, recordIntent, type IntentRecord } from './commit-intent.ts';

export interface CommitRequest {
  readonly workspace: string;
  /** Absent with `amend` alone: the message stays. */
  readonly message: string | undefined;
  /** Replace the current version instead of adding one, if it is not pushed. */
  readonly amend: boolean;
  /** `PATH=REASON` for what may stay though it looks like a secret. */
  readonly allow: readonly string[];
  /** Commit packages that are not completely installed. */
  readonly allowUnfinished: boolean;
}

/** What a commit works with from its first step to its last. */
export interface CommitWork extends Pick<CommitRequest, 'workspace' | 'allow' | 'allowUnfinished'> {
  readonly context: Context;
  readonly held: Held;
  readonly engine: Engine;
  readonly project: Project;
  readonly lock: Lock;
  readonly container: Container;
  readonly standing: ContainerStanding;
  readonly parent: Parent;
  /** Paths of the person's own layer below the workspace; see readPersonalPaths. */
  readonly personal: ReadonlySet<BytePath>;
  /** The version that this commit replaces. */
  readonly amended: Version | undefined;
  readonly message: string;
  readonly record: IntentRecord;
}

/** The version that the new layer lies on. */
interface Parent {
  readonly version: Version;
  readonly image: Image;
}

/**
 * Finds what a commit works with, and records its intent. Throws STALE_PARENT,
 * VERSION_NOT_FOUND, VERSION_PUSHED, USAGE; then nothing is recorded.
 */
export async function openCommit(
  context: Context,
  held: Held,
  { workspace, message, amend, allow, allowUnfinished }: CommitRequest,
): Promise<CommitWork> {
  const project = await readProject(context);
  const lock = requireLock(project);
  const engine = await context.engine();
  const container = await findWorkspace(context, engine, project.folder, workspace);
  const standing = await observeStanding(engine.images, project, container);
  refuseStale(lock, container, standing);
  const amended = amend ? requireAmendable(lock) : undefined;
  const parent = await findParent(engine.images, lock, standing);
  const personal = await readPersonalPaths(engine, project.folder, container);
  held.check();
  const record = recordIntent(context, project.folder, makeIntent(engine.address, container, project.environment.name));
  return {
    ...{ context, held, engine, project, lock, container, standing, parent, personal },
    ...{ amended, message: message ?? amended?.message ?? '', workspace, allow, allowUnfinished, record },
  };
}

/** What the container is compared with: its version, without the person's own layer on top. */
export function standingOf({ standing: { since }, parent }: CommitWork): Standing {
  return { image: parent.image.id, ...(since !== undefined && { since }) };
}

function refuseStale(lock: Lock, container: Container, { content }: ContainerStanding): void {
  const current = currentVersion(lock);
  if (content === current.content) return;
  throw new DevenvError(
    'STALE_PARENT',
    `The workspace stands at version ${container.labels[labels.version] ?? '?'}, but version ${String(current.number)} (${current.message}, ${current.author}) is current.`,
    { state: 'Nothing was captured; the workspace is as it was.' },
  );
}

/** The image of the version. That of the container may have the person's own layer on top. */
async function findParent(images: Images, lock: Lock, { captured }: ContainerStanding): Promise<Parent> {
  const version = currentVersion(lock);
  const image = captured ?? (await findVersionImage(images, lock.name, version));
  if (image === undefined) throw versionAbsent(version);
  return { version, image };
}
