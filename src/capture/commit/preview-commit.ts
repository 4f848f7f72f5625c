import type { Container } from '../../model/container.ts';
import type { Drift } from '../../model/drift.ts';
import type { Lock } from '../../model/version.ts';
import type { Engine } from '../../ports/engine.ts';
import type { Context } from '../../ports/context.ts';
import type { Parent } from '../../observe/find-parent.ts';
import { observeDrift, type DriftOptions } from '../drift/observe-drift.ts';
import type { Project } from '../../observe/project.ts';
import type { WriteBack, WriteBackOptions } from '../write-back/write-back.ts';

export interface CommitPreview {
  readonly drift: Drift;
  /** Absent where there is nothing to commit. */
  readonly writeBack?: WriteBack;
}

/** Says what a commit will capture, by cause, and settles what devenv.yaml will say of it. Writes nothing. */
export async function previewCommit(
  context: Context,
  engine: Engine,
  project: Project,
  lock: Lock,
  container: Container,
  parent: Parent | undefined,
  options: WriteBackOptions & Pick<DriftOptions, 'onListed'>,
): Promise<CommitPreview> {
  const observed = await observeDrift(engine, await context.changes(), project, container, options);
  const { drift } = observed;
  if (drift.paths === 0) return { drift };
  context.progress.note(`Changed since version ${String(drift.version)}, the largest first:`);
  for (const { title, items, count, cause } of drift.groups) {
    if (cause === 'records' || cause === 'noise') continue;
    const names = items.slice(0, 5).map(({ name }) => name);
    const more = count > names.length ? ` and ${String(count - names.length)} more` : '';
    context.progress.note(`  ${title}: ${names.join(', ')}${more}`);
  }
  const { proposeWriteBack } = await import('../write-back/write-back.ts');
  return { drift, writeBack: await proposeWriteBack(context, engine, project, lock, parent?.image, observed, options) };
}
