import { DevenvError } from '../../errors/devenv-error.ts';
import type { Step } from '../../model/plan.ts';
import type { Engine } from '../../ports/engine.ts';
import type { Progress } from '../../ports/progress.ts';
import type { StepCheck, StepGuard } from './reuse-step.ts';

/** Searches a builder that has ended, and removes excluded paths that hold secrets. `clean`: nothing else was found. */
export async function searchBuilder(
  { engine, progress }: { readonly engine: Engine; readonly progress: Progress },
  guard: StepGuard,
  step: Step,
  builder: string,
  parent: string,
): Promise<StepCheck> {
  const { clean, leaveOut } = await guard.checkBuilder(step, builder, parent);
  if (leaveOut.length === 0) return { clean, leaveOut };
  await engine.runtime.start(builder);
  const exitCode = await engine.runtime.exec(builder, { argv: ['rm', '-f', '--', ...leaveOut], user: '0' });
  await engine.runtime.stop(builder, 1);
  if (exitCode !== 0) {
    throw new DevenvError('ENGINE_REFUSED', `${leaveOut.join(', ')} could not be left out: rm ended with ${exitCode}.`);
  }
  progress.note(`Left out of the version: ${leaveOut.join(', ')}`);
  return { clean, leaveOut };
}
