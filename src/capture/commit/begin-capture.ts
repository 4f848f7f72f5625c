import type { Container, PathChange } from '../../model/container.ts';
import type { Expected } from '../../ports/capture.ts';
import type { Engine } from '../../ports/engine.ts';
import type { BegunIntent } from './commit-intent.ts';
import type { Context } from '../../ports/context.ts';
import type { Parent } from '../../observe/find-parent.ts';
import { beginSearch, type SecretSearch } from './guard-secrets.ts';
import type { Listed } from '../drift/observe-drift.ts';

export interface BeginOptions {
  readonly begun: BegunIntent;
  readonly container: Container;
  readonly parent: Parent;
  readonly personal: ReadonlySet<string>;
  readonly changed: Listed;
}

/** What the engine's machine does for a capture meanwhile. What fails is told where it is waited for. */
export interface Begun extends BegunIntent {
  readonly search: SecretSearch;
  /** Waits until the workspace has put on disk what it had written when that was asked for. */
  readonly flushed: () => Promise<void>;
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
  const { container, parent, personal, changed } = options;
  const { intent, written, drop } = options.begun;
  const { found: listed, noise, leaveOut } = changed;
  const { image, since } = parent;
  const standing = { image: image.id, ...(since !== undefined && { since }) };
  const changes = await context.changes();
  const flushing = changes.flush(container.id, standing);
  // Asked for before the search, which the helper does to its end. What fails is told by `flushed`.
  await Promise.allSettled([flushing]);
  const began = listed?.began ?? (await engine.runtime.now());
  const search = beginSearch(context, { container, parent: image, since, began, listed, leaveOut });
  const expected = listed && expectCapture(listed, noise);
  const apart = personal.size > 0;
  const prepared =
    expected &&
    context.capture.prepare({
      ...{ container: container.id, parent: image, expected, apart, written },
      ...(since !== undefined && { since }),
    });
  await Promise.allSettled([prepared, search.asked]);
  return {
    ...{ intent, drop, search, expected },
    written,
    flushed: async () => (await flushing)(),
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
