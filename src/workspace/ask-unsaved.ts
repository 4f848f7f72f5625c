import { DevenvError, hasCode } from '../errors/devenv-error.ts';
import type { Context } from '../ports/context.ts';
import { listWorkspace } from '../observe/find-workspace.ts';
import { readProject } from '../observe/project.ts';
import { isAtCurrent } from '../observe/standing.ts';
import type { LossOptions } from '../capture/carry/refuse-unsaved.ts';

/**
 * Does work that refuses to drop a workspace's changes (DRIFT_UNSAVED, and
 * nothing was changed then). Asks the person at the terminal what becomes of
 * them, and does the work again with the answer.
 */
export async function askUnsaved<O extends LossOptions & { readonly workspace: string }, T>(
  context: Context,
  options: O,
  work: (options: O) => Promise<T>,
): Promise<T> {
  try {
    return await work(options);
  } catch (error) {
    const unsaved = hasCode(error, 'DRIFT_UNSAVED');
    if (!unsaved || !context.prompt.interactive || options.carry === true) throw error;
    return work({ ...options, ...(await ask(context, options.workspace, error)) });
  }
}

async function ask(context: Context, workspace: string, cause: DevenvError): Promise<Partial<LossOptions>> {
  const answer = await context.prompt.pick(`${cause.message} What should become of them?`, [
    { value: 'carry', title: 'Carry them over into the new container; they stay uncommitted' },
    ...((await isCurrent(context, workspace)) ? [{ value: 'commit', title: 'Commit them first' }] : []),
    { value: 'discard', title: 'Discard them' },
    { value: 'cancel', title: 'Cancel, and change nothing' },
  ]);
  if (answer === 'carry') return { carry: true };
  if (answer === 'discard') return { discard: true };
  throw new DevenvError(
    'DRIFT_UNSAVED',
    answer === 'commit' ? 'The changes are to be committed first.' : 'Nobody agreed to go on.',
    {
      state: 'The workspace was not touched.',
      ...(answer === 'commit' && { hint: 'Run `devenv commit -m "what changed"`, then the same command again.' }),
      cause,
    },
  );
}

async function isCurrent(context: Context, workspace: string): Promise<boolean> {
  const project = await readProject(context);
  const engine = await context.engine();
  const [container] = await listWorkspace(engine, project.folder, workspace);
  return container !== undefined && (await isAtCurrent(engine.images, project, container));
}
