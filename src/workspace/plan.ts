import type { PlanOptions } from '../image/plan-project.ts';
import type { Context } from '../ports/context.ts';
import { planWhole, type WholePlan } from './plan-whole.ts';

/** What a build and an `up` after it would do. Without an engine that answers: what the build would do. */
export async function plan(
  context: Context,
  { workspace, ...how }: PlanOptions & { readonly workspace: string },
): Promise<WholePlan> {
  context.expectEngine();
  const options = { workspace, frozen: false, discard: false, strictPorts: false };
  return planWhole(context, options, { ...how, engine: 'if there' });
}
