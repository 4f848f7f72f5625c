import type { Drift } from '../../model/drift.ts';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { Progress } from '../../ports/progress.ts';
import { observeDrift } from '../drift/observe-drift.ts';
import type { WriteBackOptions } from '../write-back/write-back.ts';
import type { CommitPreview } from './commit-preview.ts';
import { loadAhead } from './head-start.ts';
import type { CommitWork } from './open-commit.ts';
import type { CaptureStart } from './start-capture.ts';

/**
 * Says what a commit will capture, by cause, and decides with the person what
 * devenv.yaml declares of it. Absent if there is nothing to capture. Writes
 * nothing. As soon as the changes are listed, the helper searches them for
 * secrets and prepares the capture.
 */
export async function previewCommit(work: CommitWork, options: WriteBackOptions): Promise<CommitPreview | undefined> {
  const { context, engine, project, container, standing, personal } = work;
  let start: CaptureStart | undefined;
  loadAhead(() => import('./start-capture.ts'));
  const observed = await observeDrift(engine, await context.changes(), project, container, {
    known: { standing, personal },
    onListed: async (changed) => {
      const { startCapture } = await import('./start-capture.ts');
      work.held.check();
      start = await startCapture(work, changed);
      loadAhead(
        () => import('../write-back/write-back.ts'),
        () => import('./capture-version.ts'),
      );
    },
  });
  const { drift } = observed;
  if (drift.paths === 0) return undefined;
  if (start === undefined) throw new DevenvError('INTERNAL', 'Changes were explained before they were listed.');
  describeDrift(context.progress, drift);
  const { proposeWriteBack } = await import('../write-back/write-back.ts');
  return { drift, start, declaration: await proposeWriteBack(work, observed, options) };
}

function describeDrift(progress: Progress, { version, groups }: Drift): void {
  progress.note(`Changed since version ${String(version)}, the largest first:`);
  for (const { title, items, count, cause } of groups) {
    if (cause === 'records' || cause === 'noise') continue;
    const names = items.slice(0, 5).map(({ name }) => name);
    const more = count > names.length ? ` and ${String(count - names.length)} more` : '';
    progress.note(`  ${title}: ${names.join(', ')}${more}`);
  }
}
