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
import { recordIntent, type IntentRecord } from './commit-intent.ts';
import { startHelper, startIdentity, startReading } from './head-start.ts';

/** What a commit knows from its first step to its last. */
export interface CommitWork {
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
  /** The version that this commit makes again, instead of a next one. */
  readonly amended: Version | undefined;
  readonly message: string;
  /** `PATH=REASON` for what may stay though it looks like a secret. */
  readonly allow: readonly string[];
  /** Name and mail of the person. */
  readonly author: Promise<string>;
  readonly record: IntentRecord;
}

/** The version that the new layer lies on. */
export interface Parent {
  readonly version: Version;
  readonly image: Image;
}

export interface CommitRequest {
  readonly workspace: string;
  /** Absent with `amend` alone: the message stays. */
  readonly message: string | undefined;
  /** Make the current version again, if nobody else can have it yet, instead of a next one. */
  readonly amend: boolean;
  /** `PATH=REASON` for what may stay though it looks like a secret. */
  readonly allow: readonly string[];
}

/**
 * Finds what a commit works with, and records what it is going to do. Throws
 * STALE_PARENT, VERSION_NOT_FOUND, VERSION_PUSHED, USAGE; then nothing is
 * recorded.
 */
export async function openCommit(context: Context, held: Held, request: CommitRequest): Promise<CommitWork> {
  const project = await readProject(context);
  const lock = requireLock(project);
  startReading(context);
  const engine = await context.engine();
  const container = await findWorkspace(engine, project.folder, request.workspace);
  const standing = await observeStanding(engine.images, project, container);
  refuseStale(lock, container, standing);
  const amended = request.amend ? requireAmendable(lock) : undefined;
  const parent = await findParent(engine.images, lock, standing);
  const personal = await readPersonalPaths(engine, project.folder, container);
  const author = startIdentity(context, project.folder);
  held.check();
  const record = recordIntent(context, engine.address, project, container, parent.version);
  await startHelper(context, container, placeOf(standing, parent));
  const message = request.message ?? amended?.message ?? '';
  return {
    ...{ context, held, engine, project, lock, container, standing, parent, personal },
    ...{ amended, message, allow: request.allow, author, record },
  };
}

/** What the container is compared with: its version, and not the person's own layer on that. */
export function placeOf({ since }: ContainerStanding, { image }: Parent): Standing {
  return { image: image.id, ...(since !== undefined && { since }) };
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

/** Not the image of the container: that may have the person's own layer on top. */
async function findParent(images: Images, lock: Lock, { captured }: ContainerStanding): Promise<Parent> {
  const version = currentVersion(lock);
  const image = captured ?? (await findVersionImage(images, lock.name, version));
  if (image === undefined) throw versionAbsent(version);
  return { version, image };
}
