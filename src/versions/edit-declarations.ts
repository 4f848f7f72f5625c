import { editConfig } from '../environment/edit/edit.ts';
import type { Edit } from '../environment/edit/apply-edit.ts';
import { findProject } from '../environment/find.ts';
import { parseConfig } from '../environment/parse.ts';
import { planDeclaration } from '../environment/edit/plan-declaration.ts';
import { DevenvError, hasCode } from '../errors/devenv-error.ts';
import type { ItemsDelta } from '../model/item.ts';
import { resolveDesiredItems } from '../lock/desired-items.ts';
import type { Held } from '../ports/project-lock.ts';
import { providers } from '../providers/registry.ts';
import type { Context } from '../ports/context.ts';
import { readConfigText, type Project } from '../observe/project.ts';

/** Edits that make devenv.yaml declare items and exclude globs. */
export function planEdits({ environment }: Project, delta: ItemsDelta, exclude: readonly string[]): readonly Edit[] {
  const { edits } = planDeclaration(environment, delta);
  return [...edits, ...exclude.map((value): Edit => ({ kind: 'add', path: ['commit', 'exclude'], value }))];
}

/** The change of devenv.yaml as lines; checks that the edited file declares exactly `delta`. */
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

/** Items whose change devenv.yaml does not allow as it is written, such as a list behind an alias, each with the reason. */
export async function listUneditable(
  context: Context,
  project: Project,
  { set, unset }: ItemsDelta,
): Promise<ReadonlyMap<string, string>> {
  const { text } = await readConfig(context);
  const single = [
    ...Object.entries(set).map(([id, value]) => ({ id, delta: { set: { [id]: value }, unset: [] } })),
    ...unset.map((id) => ({ id, delta: { set: {}, unset: [id] } })),
  ];
  const reasons = new Map<string, string>();
  for (const { id, delta } of single) {
    try {
      editConfig(text, planEdits(project, delta, []));
    } catch (error) {
      if (!hasCode(error, 'CONFIG_INVALID')) throw error;
      reasons.set(id, error.message);
    }
  }
  return reasons;
}

/**
 * Edits devenv.yaml atomically, before the lock is written: after a kill in
 * between, the file declares what the workspace has and no version has yet, so
 * that nothing is removed and the same commit finishes it.
 */
export async function applyWriteBack(context: Context, held: Held, edits: readonly Edit[]): Promise<void> {
  if (edits.length === 0) return;
  // Read again, to keep an edit that a person saved meanwhile.
  const { file, text } = await readConfig(context);
  const after = editConfig(text, edits);
  if (after === text) return;
  held.check();
  await context.failpoints.reach('yaml:before');
  await context.files.writeAtomic(file, after);
  await context.failpoints.reach('yaml:after');
}

/** A change of devenv.yaml that was proposed to the person. */
interface DeclarationEdit {
  /** Writes the change. Absent if there is none, or it was declined. */
  readonly write?: (held: Held) => Promise<void>;
  /** Edits that are left to a person, in words. */
  readonly byHand: readonly string[];
}

/**
 * Shows how devenv.yaml would declare `delta` more and less, and asks whether to
 * edit it. Writes nothing yet. `why`: the line above the change.
 */
export async function proposeDeclaration(
  context: Context,
  project: Project,
  delta: ItemsDelta,
  why: string,
): Promise<DeclarationEdit> {
  const { edits, byHand } = planDeclaration(project.environment, delta);
  const { file, folder, text } = await readConfig(context);
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
    if ((await readConfigText(context.files, file, folder)) !== text) {
      throw new DevenvError('PROJECT_BUSY', 'devenv.yaml changed while this command ran.', {
        hint: 'Look at the change, then run the same command again.',
        state: 'devenv.yaml is as the other program left it.',
      });
    }
    await context.files.writeAtomic(file, after);
  };
  return { write, byHand };
}

async function readConfig(
  context: Context,
): Promise<{ readonly file: string; readonly folder: string; readonly text: string }> {
  const { file, folder } = await findProject(context.files, context.folder);
  const text = await readConfigText(context.files, file, folder);
  if (text === undefined) throw new DevenvError('CONFIG_NOT_FOUND', `${file} vanished while this command ran.`);
  return { file, folder, text };
}

/** How many lines of a change are compared one by one; a longer one is shown as a whole. */
const limit = 2000;
const context = 2;

/** A change of a text as `-` and `+` lines with two lines around each: for people, not for `patch`. */
export function diffLines(before: string, after: string): readonly string[] {
  const [a, b] = [before.split('\n'), after.split('\n')];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  if (start === a.length && start === b.length) return [];
  const rows = [
    ...a.slice(0, start).map((line) => ` ${line}`),
    ...compare(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    ...a.slice(a.length - end).map((line) => ` ${line}`),
  ];
  const kept = rows.map((_, index) =>
    rows.slice(Math.max(0, index - context), index + context + 1).some((row) => !row.startsWith(' ')),
  );
  return rows.flatMap((row, index) => {
    if (kept[index] === true) return [row.trimEnd()];
    return kept[index - 1] === true && rows.slice(index).some((_, rest) => kept[index + rest] === true) ? ['...'] : [];
  });
}

/** Longest common subsequence: few lines, so a table of all pairs will do. */
function compare(a: readonly string[], b: readonly string[]): string[] {
  if (a.length * b.length > limit * limit) return [...a.map((line) => `-${line}`), ...b.map((line) => `+${line}`)];
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  const at = (i: number, j: number): number => lengths[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const row = lengths[i];
      if (row !== undefined) row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const rows: string[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      rows.push(` ${a[i] ?? ''}`);
      i += 1;
      j += 1;
    } else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) {
      rows.push(`-${a[i] ?? ''}`);
      i += 1;
    } else {
      rows.push(`+${b[j] ?? ''}`);
      j += 1;
    }
  }
  return rows;
}
