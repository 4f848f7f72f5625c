import { DevenvError } from '../../errors/devenv-error.ts';
import { readEnvironment } from '../../environment/read-environment.ts';
import { readShape } from '../../observe/project.ts';
import type { Context } from '../../ports/context.ts';
import { printProposal } from './print-proposal.ts';
import type { Entry } from './proposal.ts';

interface CheckedProposal {
  /** A devenv.yaml that devenv reads without an error. */
  readonly text: string;
  readonly kept: readonly Entry[];
  /** What devenv refuses, with the reason. */
  readonly refused: readonly { readonly entry: Entry; readonly reason: string }[];
}

/** Prints entries as devenv.yaml, less those that the reader of devenv.yaml refuses in this project. */
export async function checkProposal(
  context: Context,
  name: string,
  entries: readonly Entry[],
): Promise<CheckedProposal> {
  if ((await refuse(context, name, entries)) === undefined)
    return { text: printProposal(name, entries), kept: entries, refused: [] };
  const kept: Entry[] = [];
  const refused: { entry: Entry; reason: string }[] = [];
  const isBase = ({ path }: Entry): boolean => path[0] === 'base';
  /** Takes what is accepted together; halves what is not, so that a few bad entries of many cost little. */
  const take = async (some: readonly Entry[]): Promise<void> => {
    if (some.length === 0) return;
    const all = [...kept, ...some];
    const reason = await refuse(context, name, all.some(isBase) ? all : [standIn, ...all]);
    if (reason === undefined) kept.push(...some);
    else if (some.length === 1) refused.push(...some.map((entry) => ({ entry, reason })));
    else {
      const middle = Math.ceil(some.length / 2);
      await take(some.slice(0, middle));
      await take(some.slice(middle));
    }
  };
  // Others count against a base.
  await take(entries.filter(isBase));
  await take(entries.filter((entry) => !isBase(entry)));
  if (!kept.some(isBase)) kept.unshift(standIn);
  return { text: printProposal(name, kept), kept, refused };
}

const standIn: Entry = { path: ['base'], value: { bootstrap: 'bookworm' }, from: 'the default' };

/** Why devenv cannot read them; absent if it can. */
async function refuse(context: Context, name: string, entries: readonly Entry[]): Promise<string | undefined> {
  try {
    const { files, folder, variables } = context;
    const environment = await readEnvironment(files, folder, printProposal(name, entries), variables);
    await readShape(context, folder, environment, undefined, 'recorded');
    return undefined;
  } catch (error) {
    if (!(error instanceof DevenvError)) throw error;
    return error.message.replace(/\s+/g, ' ').slice(0, 300);
  }
}
