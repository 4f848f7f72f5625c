import { showPath, type BytePath } from '../../model/byte-path.ts';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { PathConflict } from './plan-replay.ts';
import type { Context } from '../../ports/context.ts';

/** Whose files count where both sides changed them; absent: a person is asked. */
export type Take = 'mine' | 'theirs' | undefined;

/** How the sides are called: in the question, and in the advice. */
export interface Deciding {
  /** Our side, after "as in". */
  readonly ours: string;
  /** The command that takes `--take`. */
  readonly command: string;
  /** What has been done so far. */
  readonly state: string;
}

/** Paths that are to be as on our side. Throws REBASE_CONFLICT where there is nobody to ask. */
export async function decideConflicts(
  { prompt }: Pick<Context, 'prompt'>,
  conflicts: readonly PathConflict[],
  take: Take,
  { ours, command, state }: Deciding,
): Promise<ReadonlySet<BytePath>> {
  const paths = conflicts.map(({ path }) => path);
  if (paths.length === 0 || take === 'theirs') return new Set();
  if (take === 'mine') return new Set(paths);
  const told = conflicts.map(describeConflict);
  if (prompt.interactive) {
    const question = `Both sides changed these. Which shall be as in ${ours}? The rest is as in the newer version.`;
    const choices = conflicts.map(({ path }, index) => ({ value: path, title: told[index] ?? path, taken: false }));
    const chosen = new Set(await prompt.choose(question, choices));
    return new Set(paths.filter((path) => chosen.has(path)));
  }
  const more = told.length > 10 ? `\n  and ${String(told.length - 10)} more` : '';
  const shown = told.slice(0, 10).map((line) => `\n  ${line}`);
  throw new DevenvError('REBASE_CONFLICT', `Both sides changed the same files by hand:${shown.join('')}${more}`, {
    hint: `Run \`${command} --take mine\` to have them as in ${ours}, or \`--take theirs\` to leave them as in the newer version; on a terminal you choose for each.`,
    state,
    data: { conflicts: conflicts.slice(0, 1000).map((conflict) => ({ ...conflict, path: showPath(conflict.path) })) },
  });
}

const words = { added: 'added', changed: 'changed', removed: 'removed' } as const;

const describeConflict = ({ path, ours, theirs }: PathConflict): string =>
  `${showPath(path)}: ${words[ours]} here, ${theirs === undefined ? 'its folder changed' : words[theirs]} there`;
