import { randomUUID } from 'node:crypto';
import { DevenvError } from '../errors/devenv-error.ts';
import type { Container } from '../model/container.ts';
import type { Image, ImageConfig } from '../model/image.ts';
import type { Lock, Version } from '../model/version.ts';
import { reconcileItems } from '../plan/items-delta.ts';
import { currentVersion, findVersion, resolveVersionItems } from '../plan/version-items.ts';
import type { Engine } from '../ports/engine.ts';
import type { Held } from '../ports/project-lock.ts';
import type { Context } from './context.ts';
import { findWorkspace } from './find-workspace.ts';
import { labels } from './labels.ts';
import { readProject, type Project } from './project.ts';
import { recordVersion } from './record-version.ts';
import { resolveStanding } from './standing.ts';
import { listUnsaved } from './unsaved.ts';
import { findVersionImage } from './version-image.ts';

export interface CommitOptions {
  readonly workspace: string;
  readonly message: string;
}

export interface CommitResult {
  /** Absent when the workspace has nothing that its version lacks. */
  readonly version?: Version;
  /** Number of changed paths. */
  readonly changes: number;
  /** Milliseconds for which the workspace stood still. */
  readonly paused: number;
}

/** Captures what a workspace has and its version has not, as the next version. */
export async function commit(context: Context, options: CommitOptions): Promise<CommitResult> {
  const { folder } = await readProject(context);
  return (await context.projectLock()).hold(folder, 'commit', async (held) => {
    const project = await readProject(context);
    const lock = requireLock(project);
    const engine = await context.engine();
    const container = await findWorkspace(engine, folder, options.workspace);
    await refuseStale(engine, project, lock, container);
    const unsaved = await listUnsaved(engine, project, container.id);
    if (unsaved.length === 0) return { changes: 0, paused: 0 };
    return { changes: unsaved.length, ...(await capture(context, held, project, lock, container, options)) };
  });
}

function requireLock({ lock }: Project): Lock {
  if (lock === undefined)
    throw new DevenvError('VERSION_NOT_FOUND', 'This project has no version yet.', { hint: 'Run `devenv up` first.' });
  return lock;
}

async function refuseStale(engine: Engine, project: Project, lock: Lock, container: Container): Promise<void> {
  const current = currentVersion(lock);
  if ((await resolveStanding(engine, project.environment.name, current, container)) === current.content) return;
  throw new DevenvError(
    'STALE_PARENT',
    `The workspace stands at version ${container.labels[labels.version] ?? '?'}, but version ${String(current.number)} (${current.message}, ${current.author}) is current.`,
    { state: 'Nothing was captured; the workspace is as it was.' },
  );
}

async function capture(
  context: Context,
  held: Held,
  project: Project,
  lock: Lock,
  container: Container,
  options: CommitOptions,
): Promise<{ readonly version: Version; readonly paused: number }> {
  const engine = await context.engine();
  const { made, image: parent } = await findParent(engine, project, lock, container);
  const reference = `devenv/${project.environment.name}:capture-${randomUUID().slice(0, 8)}`;
  const task = context.progress.task('Capturing the workspace');
  try {
    const { image, captured, paused } = await captureStill(context, container, reference, parent);
    const version = await recordVersion(context, held, project, {
      image,
      kind: 'commit',
      from: made.number,
      items: reconcileItems(resolveVersionItems(lock, made.number), resolveVersionItems(lock, lock.current)),
      message: options.message,
      shape: lock.shape,
      resolved: lock.resolved,
      labels: { [labels.origin]: container.id, [labels.captured]: captured },
    });
    task.done();
    return { version, paused };
  } catch (error) {
    task.fail();
    throw error;
  } finally {
    await engine.removeImage(reference);
  }
}

/** The version that the container was made from: the captured layer lies on it. */
async function findParent(
  engine: Engine,
  project: Project,
  lock: Lock,
  container: Container,
): Promise<{ readonly made: Version; readonly image: Image }> {
  const made = findVersion(lock, Number(container.labels[labels.version]));
  const image = made && (await findVersionImage(engine, project.environment.name, made));
  if (made === undefined || image === undefined) {
    throw new DevenvError('VERSION_NOT_FOUND', 'The version that this workspace was made from is not on this engine.', {
      hint: 'Run `devenv pull`, then the same command again.',
    });
  }
  return { made, image };
}

/** Captures while nothing in the workspace runs, and lets it go on in any case. */
async function captureStill(
  context: Context,
  container: Container,
  reference: string,
  parent: Image,
): Promise<{ readonly image: Image; readonly captured: string; readonly paused: number }> {
  const engine = await context.engine();
  const running = container.state === 'running';
  if (running) await engine.exec(container.id, { argv: ['sync'], user: '0:0' });
  const before = context.clock.now();
  if (running) await engine.pauseContainer(container.id);
  try {
    await context.failpoints.reach('commit:paused');
    const captured = await engine.now();
    const image = await context.capture.capture(container.id, reference, withoutLocal(parent, container));
    await context.failpoints.reach('commit:captured');
    checkLayers(parent, image);
    return { image, captured, paused: running ? context.clock.now() - before : 0 };
  } finally {
    if (running) await engine.unpauseContainer(container.id);
  }
}

/**
 * The parent's config, with every label that only the container has emptied:
 * an engine's capture takes them along, and they hold this machine's folder.
 */
function withoutLocal(parent: Image, container: Container): ImageConfig {
  const emptied = Object.fromEntries(Object.keys(container.labels).map((name) => [name, '']));
  return { ...parent.config, labels: { ...emptied, ...parent.config.labels } };
}

function checkLayers(parent: Image, image: Image): void {
  if (parent.diffIds.every((id, index) => image.diffIds[index] === id)) return;
  throw new DevenvError('CONTENT_MISMATCH', 'The captured image does not extend the version it was made from.', {
    state: 'Nothing was recorded; the workspace is as it was.',
  });
}
