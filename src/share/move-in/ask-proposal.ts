import { DevenvError } from '../../errors/devenv-error.ts';
import type { Context } from '../../ports/context.ts';
import type { Addition } from './write-addition.ts';
import type { Entry, Proposal } from './proposal.ts';

/** The entries that the person takes; without a person, those of the first proposal. */
export async function chooseEntries(
  { prompt }: Context,
  proposals: readonly [Proposal, ...Proposal[]],
): Promise<readonly Entry[]> {
  const [first, ...others] = proposals;
  if (!prompt.interactive) return first.entries;
  const base =
    others.length === 0
      ? '0'
      : await prompt.pick(
          'What does the workspace start from?',
          proposals.map(({ title }, index) => ({ value: String(index), title })),
        );
  const { entries } = proposals[Number(base)] ?? first;
  const asked = entries.filter(({ path }) => path[0] !== 'base');
  const taken = await prompt.choose(
    'What belongs in devenv.yaml?',
    asked.map((entry, index) => ({ value: String(index), title: describeEntry(entry), taken: true })),
  );
  const left = new Set(asked.filter((_, index) => !taken.includes(String(index))));
  return entries.filter((entry) => !left.has(entry));
}

/** `packages.apt: git (Dockerfile)`. */
export function describeEntry({ path, value, from }: Entry): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `${path.join('.')}: ${text.length > 80 ? `${text.slice(0, 77)}...` : text} (${from})`;
}

/** Shows what would be written, as a diff. */
export function showChanges({ progress }: Pick<Context, 'progress'>, changes: readonly Addition[]): void {
  for (const { path, before, lines } of changes) {
    const old = before === undefined ? '/dev/null' : `a/${path}`;
    for (const line of [`--- ${old}`, `+++ b/${path}`, ...lines.map((one) => `+${one}`)]) progress.note(line);
  }
}

/** Shows what would be written, and asks. `fallback`: nobody has to be asked. Throws NOT_CONFIRMED. */
export async function agreeChanges(
  { progress, prompt }: Context,
  changes: readonly Addition[],
  fallback: boolean,
): Promise<void> {
  showChanges({ progress }, changes);
  const { interactive } = prompt;
  const question = changes.length === 1 ? 'Create this file?' : 'Make these changes?';
  if (await prompt.confirm(question, interactive || fallback)) return;
  if (interactive) throw new DevenvError('NOT_CONFIRMED', 'You did not agree.', { state: 'Nothing was written.' });
  throw new DevenvError('NOT_CONFIRMED', 'devenv asks before it writes this, and there is no terminal to ask at.', {
    state: 'Nothing was written.',
    hint: 'Run the same command with --yes to take all of it, or run it at a terminal.',
  });
}
