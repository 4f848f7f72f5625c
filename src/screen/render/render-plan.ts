import type { Operation } from '../../plan/operation.ts';
import type { ImagePlan } from '../../model/plan.ts';
import { sanitizeLine } from '../sanitize.ts';
import { describeBuild } from '../../image/describe-build.ts';
import { renderOperations } from './render-operations.ts';

/** What `plan` prints: the build, then every operation of an `up`. `engine`: one answered. */
export function renderPlan(image: ImagePlan, operations: readonly Operation[], engine: boolean): string {
  const build = describeBuild(image).map(sanitizeLine);
  const note = engine ? [] : ['No engine answers: what happens to the workspace is not known.'];
  if (operations.length === 0) return [...build, ...note].join('\n');
  return [...build, 'Operations of `devenv up`:', renderOperations(operations), ...note].join('\n');
}
