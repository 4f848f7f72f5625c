import { editConfig } from '../environment/edit/edit.ts';
import { findProject } from '../environment/find.ts';
import { planDeclaration } from '../environment/edit/plan-declaration.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import type { ItemsDelta } from '../model/item.ts';
import { diffLines } from './diff-lines.ts';
import type { Held } from '../ports/project-lock.ts';
import type { Context } from '../ports/context.ts';
import { configLimit, type Project } from '../observe/project.ts';

/** A change of devenv.yaml that was proposed to the person. */
export interface Declaration {
  /** Writes the change. Absent if there is none, or nobody agreed to it. */
  readonly write?: (held: Held) => Promise<void>;
  /** What is left for a person to edit, in words. */
  readonly byHand: readonly string[];
}

/**
 * Shows how devenv.yaml would ask for `delta` more and less than it does, and
 * asks whether to edit it so. Writes nothing yet.
 */
export async function proposeDeclaration(
  context: Context,
  project: Project,
  delta: ItemsDelta,
  why: string,
): Promise<Declaration> {
  const { edits, byHand } = planDeclaration(project.environment, delta);
  const { file, folder } = await findProject(context.files, context.folder);
  const text = await context.files.readText(file, configLimit, folder);
  if (text === undefined) throw new DevenvError('CONFIG_NOT_FOUND', `${file} vanished while this command ran.`);
  const after = edits.length === 0 ? text : editConfig(text, edits);
  if (after === text) return { byHand };
  context.progress.note(why);
  const change = diffLines(text, after);
  for (const line of change) context.progress.note(`  ${line}`);
  if (!(await context.prompt.confirm('Edit devenv.yaml like this?', false))) {
    const todo = change.filter((line) => /^[-+]/.test(line)).map((line) => line.replace(/^(.)\s*/, '$1 '));
    return { byHand: [...todo, ...byHand] };
  }
  const write = async (held: Held): Promise<void> => {
    held.check();
    if ((await context.files.readText(file, configLimit, folder)) !== text) {
      throw new DevenvError('PROJECT_BUSY', 'devenv.yaml changed while this command ran.', {
        hint: 'Look at the change, then run the same command again.',
        state: 'devenv.yaml is as the other program left it.',
      });
    }
    await context.files.writeAtomic(file, after);
  };
  return { write, byHand };
}
