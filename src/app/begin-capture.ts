import { randomUUID } from 'node:crypto';
import type { Container, PathChange } from '../model/container.ts';
import type { Expected } from '../ports/capture.ts';
import type { Engine } from '../ports/engine.ts';
import { dropIntent, writeIntent, type CommitIntent } from './commit-intent.ts';
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
  readonly changed: Listed;
}

/** What the engine's machine does for a capture meanwhile. What fails is told where it is waited for. */
export interface Begun {
  readonly intent: CommitIntent;
  readonly search: SecretSearch;
  /** Waits until the intent is written, and the workspace has put on disk what it had written. */
  readonly ready: () => Promise<void>;
  /** When it is over. */
  readonly drop: () => Promise<void>;
  /** Absent where the changes could not be listed. */
  readonly expected: Expected | undefined;
}

/**
 * Gives the engine's machine its work before this process is busy with
 * explaining, or somebody is asked: it flushes the workspace's disk, searches
 * for secrets, and, once the intent is written down, makes ready what copying
 * takes, which `Capture.release` gives back.
 */
export async function beginCapture(context: Context, engine: Engine, options: BeginOptions): Promise<Begun> {
  const { project, container, parent, personal, changed } = options;
  const { found: listed, noise, leaveOut } = changed;
  const { version, image, since } = parent;
  const standing = { image: image.id, ...(since !== undefined && { since }) };
  const changes = await context.changes();
  const flushing = changes.flush(container.id, standing);
  // Asked for before the search, which the helper does to its end. What fails is told by `ready`.
  await Promise.allSettled([flushing]);
  const began = listed?.began ?? (await engine.now());
  const search = beginSearch(context, { container, parent: image, since, began, listed, leaveOut });
  const transaction = randomUUID();
  const intent: CommitIntent = {
    transaction,
    engine: engine.identity.address,
    container: container.id,
    parent: version.content,
    paused: container.state === 'paused',
    reference: `devenv/${project.environment.name}:capture-${transaction.slice(0, 8)}`,
  };
  // It takes a disk its time, and is there before anything is made. What only reads does not wait for it.
  const written = writeIntent(context, project.folder, intent);
  const expected = listed && expectCapture(listed, noise);
  const apart = personal.size > 0;
  const prepared =
    expected &&
    context.capture.prepare({
      ...{ container: container.id, parent: image, expected, apart, written },
      ...(since !== undefined && { since }),
    });
  // What fails is told by `ready`, or by who asks for it.
  written.catch(() => undefined);
  await Promise.allSettled([prepared, search.asked]);
  return {
    ...{ intent, search, expected },
    ready: async () => {
      await written;
      const flushed = await flushing;
      await flushed();
    },
    drop: async () => {
      // Whether it was written or not: one that is not this commit's stays.
      await Promise.allSettled([written]);
      await dropIntent(context, project.folder, intent);
    },
  };
}

function expectCapture(changes: Iterable<PathChange>, noise: Listed['noise']): Expected {
  let [paths, bytes, leavesOut] = [0, 0, false];
  for (const { path, size = 0 } of changes) {
    if (noise(path)) leavesOut = true;
    else [paths, bytes] = [paths + 1, bytes + size];
  }
  return { paths, bytes, leavesOut };
}
