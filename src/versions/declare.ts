import { editConfig } from '../environment/edit/edit.ts';
import { findProject } from '../environment/find.ts';
import { planDeclaration } from '../environment/edit/plan-declaration.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import type { ItemsDelta } from '../model/item.ts';
import { diffLines } from './diff-lines.ts';
import type { Held } from '../ports/project-lock.ts';
import type { Context } from '../ports/context.ts';
import type { Project } from '../observe/project.ts';

export interface Declared {
  /** True where devenv.yaml was changed. */
  readonly edited: boolean;
  /** What is left for a person to edit, in words. */
  readonly byHand: readonly string[];
}

/**
 * Makes devenv.yaml ask for `delta` more and less than it does, after showing
 * the change and asking. Says what it cannot edit, and what nobody agreed to.
 */
export async function declare(
  context: Context,
  held: Held,
  project: Project,
  delta: ItemsDelta,
  why: string,
): Promise<Declared> {
  const { edits, byHand } = planDeclaration(project.environment, delta);
  const { file, folder } = await findProject(context.files, context.folder);
  const text = await context.files.readText(file, 256 * 1024, folder);
  if (text === undefined) throw new DevenvError('CONFIG_NOT_FOUND', `${file} vanished while this command ran.`);
  const after = edits.length === 0 ? text : editConfig(text, edits);
  if (after === text) return { edited: false, byHand };
  context.progress.note(why);
  const change = diffLines(text, after);
  for (const line of change) context.progress.note(`  ${line}`);
  if (!(await context.prompt.confirm('Edit devenv.yaml so?', false))) {
    const todo = change.filter((line) => /^[-+]/.test(line)).map((line) => line.replace(/^(.)\s*/, '$1 '));
    return { edited: false, byHand: [...todo, ...byHand] };
  }
  held.check();
  if ((await context.files.readText(file, 256 * 1024, folder)) !== text) {
    throw new DevenvError('PROJECT_BUSY', 'devenv.yaml changed while this command ran.', {
      hint: 'Look at the change, then run the same command again.',
      state: 'devenv.yaml is as the other program left it.',
    });
  }
  await context.files.writeAtomic(file, after);
  return { edited: true, byHand };
}
