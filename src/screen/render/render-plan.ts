import type { Operation } from '../../plan/operation.ts';
import type { ImagePlan } from '../../model/plan.ts';
import { sanitizeLine } from '../sanitize.ts';
import { describeBuild } from '../../image/plan-project.ts';
import { renderOperations } from './render-operations.ts';

/** The build, then every operation of `up`. `engine`: one answered. */
export function renderPlan(image: ImagePlan, operations: readonly Operation[], engine: boolean): string {
  const build = describeBuild(image).map(sanitizeLine);
  const note = engine ? [] : ['No container engine answers, so the operations on the workspace are unknown.'];
  const none = engine && operations.length === 0 ? ['`devenv up` has nothing to do.'] : [];
  if (operations.length === 0) return [...build, ...none, ...note].join('\n');
  return [...build, 'Operations of `devenv up`:', renderOperations(operations), ...note].join('\n');
}
