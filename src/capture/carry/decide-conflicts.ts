import { showPath, type BytePath } from '../../model/byte-path.ts';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { PathConflict } from './plan-replay.ts';
import type { Context } from '../../ports/context.ts';

/** Whose files to keep where both sides changed them; absent: ask. */
export type Take = 'mine' | 'theirs' | undefined;

/** Words for the question and the error. */
interface ConflictWords {
  /** Our side, after "as in". */
  readonly ours: string;
  /** The command that takes `--take`. */
  readonly command: string;
  /** What was done so far. */
  readonly state: string;
}

/** Paths to keep as on our side. Throws REBASE_CONFLICT without a terminal. */
export async function decideConflicts(
  { prompt }: Pick<Context, 'prompt'>,
  conflicts: readonly PathConflict[],
  take: Take,
  { ours, command, state }: ConflictWords,
): Promise<ReadonlySet<BytePath>> {
  const paths = conflicts.map(({ path }) => path);
  if (paths.length === 0 || take === 'theirs') return new Set();
  if (take === 'mine') return new Set(paths);
  const lines = conflicts.map(describeConflict);
  if (prompt.interactive) {
    const question = `Both sides changed these files. Select those to keep as in ${ours}; the newer version wins for the others.`;
    const choices = conflicts.map(({ path }, index) => ({ value: path, title: lines[index] ?? path, taken: false }));
    const chosen = new Set(await prompt.choose(question, choices));
    return new Set(paths.filter((path) => chosen.has(path)));
  }
  const more = lines.length > 10 ? `\n  and ${String(lines.length - 10)} more` : '';
  const shown = lines.slice(0, 10).map((line) => `\n  ${line}`);
  throw new DevenvError('REBASE_CONFLICT', `Both sides changed the same files:${shown.join('')}${more}`, {
    hint: `Run \`${command} --take mine\` to keep them as in ${ours}, or \`--take theirs\` to keep them as in the newer version. At a terminal you can choose for each file.`,
    state,
    data: { conflicts: conflicts.slice(0, 1000).map((conflict) => ({ ...conflict, path: showPath(conflict.path) })) },
  });
}

/** A path that both sides changed, for people, and whose content is kept. */
export type DecidedConflict = PathConflict<string> & { readonly taken: 'mine' | 'theirs' };

export const showDecided = (conflicts: readonly PathConflict[], mine: ReadonlySet<BytePath>): DecidedConflict[] =>
  conflicts.map((conflict) => ({
    ...conflict,
    path: showPath(conflict.path),
    taken: mine.has(conflict.path) ? 'mine' : 'theirs',
  }));

const words = { added: 'added', changed: 'changed', removed: 'removed' } as const;

const describeConflict = ({ path, ours, theirs }: PathConflict): string =>
  `${showPath(path)}: ${words[ours]} here, ${theirs === undefined ? 'its folder changed' : words[theirs]} there`;
