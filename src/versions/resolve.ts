import { findProject } from '../environment/find.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import { mergeLocks, type MergedLocks } from '../lock/merge-locks.ts';
import { parseLock } from '../lock/parse-lock.ts';
import { printLock } from '../lock/print-lock.ts';
import type { Lock, Version } from '../model/version.ts';
import type { Context } from '../ports/context.ts';
import { recordLabels } from './record-version.ts';
import { lockLimit, readLockText } from '../observe/project.ts';
import { findVersionImage, localReference } from '../observe/version-image.ts';
import { writeLock } from './write-lock.ts';

interface ResolveResult {
  /** False if devenv-lock.yaml has no merge marks: then nothing was done. */
  readonly conflict: boolean;
  readonly current?: number;
  readonly renumbered: readonly { readonly before: number; readonly after: number; readonly message: string }[];
  /** Numbers of versions that the current one is not based on: `devenv rebase` replays them. */
  readonly aside: readonly number[];
}

/** Resolves the merge marks in devenv-lock.yaml: the versions of both sides are kept. */
export async function resolve(context: Context): Promise<ResolveResult> {
  const { folder } = await findProject(context.files, context.folder);
  return (await context.projectLock()).hold(folder, 'resolve', async (held) => {
    const lockText = await readLockText(context.files, folder);
    const sides = lockText === undefined ? undefined : splitConflict(lockText);
    if (lockText === undefined || sides === undefined) {
      // Reports a lock that is not valid for another reason.
      if (lockText !== undefined) parseLock(lockText, 'devenv-lock.yaml');
      return { conflict: false, renumbered: [], aside: [] };
    }
    const { lock, renumbered } = await mergeSides(context, sides);
    await writeLock(context, held, { folder, lockText }, lock);
    return {
      conflict: true,
      current: lock.current,
      renumbered: renumbered.map(({ before, version: { number, message } }) => ({ before, after: number, message })),
      aside: lock.versions.filter(({ number }) => number > lock.current).map(({ number }) => number),
    };
  });
}

/**
 * Merges two files of git's as its merge driver for devenv-lock.yaml, into the
 * file of this side. A merge that needs a person, or an engine that does not
 * answer, leaves both sides with merge marks there, for `resolve`; the error says
 * why. `others`: of the other side.
 */
export async function resolveFiles(context: Context, ours: string, others: string): Promise<void> {
  const [mine = '', theirs = ''] = await Promise.all(
    // Git gives names of files in the current folder, where a workspace can put links.
    [ours, others].map((path) => context.files.readText(path, lockLimit, context.folder)),
  );
  try {
    const { lock } = await mergeSides(context, { ours: mine, theirs });
    await context.files.writeAtomic(ours, printLock(lock));
  } catch (error) {
    const end = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`);
    const isMarked = [mine, theirs].some((text) => /^[<>]{7}/m.test(text));
    if (!isMarked)
      await context.files.writeAtomic(ours, `<<<<<<< ours\n${end(mine)}=======\n${end(theirs)}>>>>>>> theirs\n`);
    throw error;
  }
}

/** One lock of two, and the images of this engine under their new names. */
async function mergeSides(
  context: Context,
  sides: { readonly ours: string; readonly theirs: string },
): Promise<MergedLocks> {
  const [ours, theirs] = [parseSide(sides.ours, 'this side'), parseSide(sides.theirs, 'the other side')];
  if (ours.name !== theirs.name) {
    throw new DevenvError(
      'LOCK_CONFLICT',
      `The two sides are locks of different projects: ${ours.name} and ${theirs.name}.`,
      {
        hint: 'Keep one side: `git checkout --ours devenv-lock.yaml`.',
        state: 'Nothing was changed.',
      },
    );
  }
  const merged = mergeLocks(ours, theirs);
  await renameImages(context, merged.lock.name, merged.renumbered);
  return merged;
}

function parseSide(text: string, name: string): Lock {
  // The last line may have lost its end to a mark.
  return parseLock(text.endsWith('\n') ? text : `${text}\n`, `devenv-lock.yaml (${name})`);
}

/** Gives images of this engine the new names of their versions. The old names stay and keep the content. */
async function renameImages(context: Context, name: string, renumbered: MergedLocks['renumbered']): Promise<void> {
  // A pushed version is found by its digest.
  const local = renumbered.filter(({ version: { digest } }) => digest === undefined);
  if (local.length === 0) return;
  const engine = await context.engine();
  for (const { before, version } of local) {
    const old: Version = { ...version, number: before };
    if ((await findVersionImage(engine.images, name, old)) === undefined) continue;
    await engine.images.label(localReference(name, old), localReference(name, version), recordLabels(name, version));
  }
}

type Side = 'both' | 'ours' | 'base' | 'theirs';

/** The two sides of a text with git's merge marks; absent where it has none, or they are broken. */
export function splitConflict(text: string): { readonly ours: string; readonly theirs: string } | undefined {
  const sides = { ours: '', theirs: '' };
  let side: Side = 'both';
  let marks = 0;
  for (const line of text.split(/(?<=\n)/)) {
    const mark = /^(<{7}|\|{7}|={7}|>{7})(?: |\r?\n|$)/.exec(line)?.[1];
    const next: Side | undefined = mark === undefined ? undefined : turn(side, mark);
    if (mark !== undefined) {
      if (next === undefined) return undefined;
      side = next;
      marks += 1;
    } else {
      if (side === 'both' || side === 'ours') sides.ours += line;
      if (side === 'both' || side === 'theirs') sides.theirs += line;
    }
  }
  return marks === 0 || side !== 'both' ? undefined : sides;
}

/** Where a mark leads to; absent where it may not stand. */
function turn(side: Side, mark: string): Side | undefined {
  if (mark.startsWith('<')) return side === 'both' ? 'ours' : undefined;
  if (mark.startsWith('|')) return side === 'ours' ? 'base' : undefined;
  if (mark.startsWith('=')) return side === 'ours' || side === 'base' ? 'theirs' : undefined;
  return side === 'theirs' ? 'both' : undefined;
}
