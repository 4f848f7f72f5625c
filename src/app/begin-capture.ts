import { randomUUID } from 'node:crypto';
import type { Container, PathChange } from '../model/container.ts';
import type { Expected } from '../ports/capture.ts';
import type { Engine } from '../ports/engine.ts';
import { writeIntent, type CommitIntent } from './commit-intent.ts';
import type { Context } from './context.ts';
import type { Parent } from './find-parent.ts';
import { beginSearch, type SecretSearch } from './guard-secrets.ts';
import type { Listed } from './observe-drift.ts';
import type { Project } from './project.ts';

export interface BeginOptions {
  readonly project: Project;
  readonly container: Container;
  readonly parent: Parent;
  readonly personal: ReadonlySet<string>;
  /** Engine time before the changes were listed. */
  readonly began: string;
  readonly changed: Listed;
}

/** What the engine's machine does for a capture meanwhile. What fails is told where it is waited for. */
export interface Begun {
  /** Written down; to be dropped when the commit is over. */
  readonly intent: CommitIntent;
  readonly search: SecretSearch;
  /** Waits until the workspace has put on disk what it had written. */
  readonly flushed: () => Promise<void>;
  /** Absent where the changes could not be listed. */
  readonly expected: Expected | undefined;
}

/**
 * Gives the engine's machine its work before this process is busy with
 * explaining, or somebody is asked: it flushes the workspace's disk, searches
 * for secrets, and makes ready what copying takes, which `Capture.release`
 * gives back.
 */
export async function beginCapture(context: Context, engine: Engine, options: BeginOptions): Promise<Begun> {
  const { project, container, parent, personal, began, changed } = options;
  const { found: listed, noise, leaveOut } = changed;
  const { version, image, since } = parent;
  const transaction = randomUUID();
  const intent: CommitIntent = {
    transaction,
    engine: (await engine.info()).address,
    container: container.id,
    parent: version.content,
    paused: container.state === 'paused',
    reference: `devenv/${project.environment.name}:capture-${transaction.slice(0, 8)}`,
  };
  const standing = { image: image.id, ...(since !== undefined && { since }) };
  const changes = await context.changes();
  await writeIntent(context, project.folder, intent);
  const flushing = changes.flush(container.id, standing);
  const expected = listed && expectCapture(listed, noise);
  const apart = personal.size > 0;
  const prepared =
    expected &&
    context.capture.prepare({
      ...{ container: container.id, parent: image, expected, apart },
      ...(since !== undefined && { since }),
    });
  const search = beginSearch(context, { container, parent: image, since, began, listed, leaveOut });
  await Promise.allSettled([flushing, prepared, search.asked]);
  const flushed = async (): Promise<void> => (await flushing)();
  return { intent, search, flushed, expected };
}

function expectCapture(changes: Iterable<PathChange>, noise: Listed['noise']): Expected {
  let [paths, bytes, leavesOut] = [0, 0, false];
  for (const { path, size = 0 } of changes) {
    if (noise(path)) leavesOut = true;
    else [paths, bytes] = [paths + 1, bytes + size];
  }
  return { paths, bytes, leavesOut };
}
