import { editConfig } from '../environment/edit/edit.ts';
import type { Edit } from '../environment/edit/apply-edit.ts';
import { findProject } from '../environment/find.ts';
import { parseConfig } from '../environment/parse.ts';
import { planDeclaration } from '../environment/edit/plan-declaration.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import type { ItemsDelta } from '../model/item.ts';
import { resolveDesiredItems } from '../lock/desired-items.ts';
import { diffLines } from './diff-lines.ts';
import type { Held } from '../ports/project-lock.ts';
import { providers } from '../providers/registry.ts';
import type { Context } from '../ports/context.ts';
import type { Project } from '../observe/project.ts';

const limit = 256 * 1024;

/** Edits by which devenv.yaml declares items and leaves globs out. */
export function planEdits({ environment }: Project, delta: ItemsDelta, exclude: readonly string[]): readonly Edit[] {
  const { edits } = planDeclaration(environment, delta);
  return [...edits, ...exclude.map((value): Edit => ({ kind: 'add', path: ['commit', 'exclude'], value }))];
}

/** What the edits would change, as lines; checks that the file then says what was meant. */
export async function previewEdits(
  context: Context,
  project: Project,
  delta: ItemsDelta,
  exclude: readonly string[],
): Promise<readonly string[]> {
  const { text } = await readConfig(context);
  const after = editConfig(text, planEdits(project, delta, exclude));
  const desired = resolveDesiredItems(parseConfig(after, 'devenv.yaml'), project.hashes, providers);
  const wrong =
    Object.entries(delta.set).find(([id, value]) => desired[id] !== value)?.[0] ??
    delta.unset.find((id) => Object.hasOwn(desired, id));
  if (wrong !== undefined) throw new DevenvError('INTERNAL', `An edit of devenv.yaml would not say ${wrong}.`);
  return diffLines(text, after);
}

/**
 * Edits devenv.yaml, whole or not at all. Comes before the lock: killed in
 * between, the file asks for what the workspace has and no version has yet, so
 * that nothing is removed and the same commit finishes it.
 */
export async function applyWriteBack(context: Context, held: Held, edits: readonly Edit[]): Promise<void> {
  if (edits.length === 0) return;
  // Read again: a person may have saved another edit meanwhile, and it stays.
  const { file, text } = await readConfig(context);
  const after = editConfig(text, edits);
  if (after === text) return;
  held.check();
  await context.failpoints.reach('yaml:before');
  await context.files.writeAtomic(file, after);
  await context.failpoints.reach('yaml:after');
}

async function readConfig(context: Context): Promise<{ readonly file: string; readonly text: string }> {
  const { file, folder } = await findProject(context.files, context.folder);
  const text = await context.files.readText(file, limit, folder);
  if (text === undefined) throw new DevenvError('CONFIG_NOT_FOUND', `${file} vanished while this command ran.`);
  return { file, text };
}
