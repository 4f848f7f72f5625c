import { buildActs } from '../image/build-acts.ts';
import { observeImage } from '../image/observe-image.ts';
import { currentVersion } from '../lock/version-items.ts';
import type { Version } from '../model/version.ts';
import { readProject } from '../observe/project.ts';
import { carryOut, requireDone } from '../plan/carry-out.ts';
import { Graph } from '../plan/graph.ts';
import { planVersion } from '../plan/plan-images.ts';
import type { Context } from '../ports/context.ts';
import { requireLock } from '../versions/require-version.ts';

interface PullResult {
  readonly version: Version;
  /** False where the engine had it already. */
  readonly pulled: boolean;
}

/** Gets the current version's image without touching the workspace. */
export async function pull(context: Context): Promise<PullResult> {
  const project = await readProject(context);
  const lock = requireLock(project);
  const graph = new Graph();
  planVersion(graph, await observeImage((await context.engine()).images, project, { kind: 'none' }), true);
  const { operations } = graph;
  requireDone(
    operations,
    await carryOut(operations, buildActs(context, project), { signal: context.signal }),
    context.signal,
  );
  return { version: currentVersion(lock), pulled: operations.length > 0 };
}
