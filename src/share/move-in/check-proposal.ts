import { join, relative } from 'node:path';
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

/**
 * Prints entries as devenv.yaml, less those that the reader of devenv.yaml
 * refuses in this project. An env file that each person makes may be missing: a
 * note names it.
 */
export async function checkProposal(
  context: Context,
  name: string,
  entries: readonly Entry[],
): Promise<CheckedProposal> {
  const absent = new Set<string>();
  const checked = await keepAccepted(name, entries, (some) => refuse(context, name, some, absent));
  for (const path of absent) await tellAbsent(context, path);
  return checked;
}

async function keepAccepted(
  name: string,
  entries: readonly Entry[],
  refuseSome: (some: readonly Entry[]) => Promise<string | undefined>,
): Promise<CheckedProposal> {
  if ((await refuseSome(entries)) === undefined)
    return { text: printProposal(name, entries), kept: entries, refused: [] };
  const kept: Entry[] = [];
  const refused: { entry: Entry; reason: string }[] = [];
  const isBase = ({ path }: Entry): boolean => path[0] === 'base';
  /** Takes what is accepted together; halves what is not, so that a few bad entries of many cost little. */
  const take = async (some: readonly Entry[]): Promise<void> => {
    if (some.length === 0) return;
    const all = [...kept, ...some];
    const reason = await refuseSome(all.some(isBase) ? all : [standIn, ...all]);
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

async function tellAbsent({ files, folder, progress }: Context, path: string): Promise<void> {
  const examples = ['example', 'sample', 'template'].map((end) => `${path}.${end}`);
  const kinds = await Promise.all(examples.map((one) => files.kindOf(join(folder, one))));
  const example = examples.find((_, index) => kinds[index] === 'file');
  const from = example === undefined ? '' : `, for instance as a copy of ${example}`;
  progress.note(`The project has no file ${path} yet. Create it before \`devenv up\`${from}.`);
}

/** Why devenv cannot read them; absent if it can. `absent`: gets the env files that the project does not have. */
async function refuse(
  context: Context,
  name: string,
  entries: readonly Entry[],
  absent: Set<string>,
): Promise<string | undefined> {
  const { files, folder, variables } = context;
  const read: typeof files.readText = async (path, ...rest) =>
    (await files.readText(path, ...rest)) ?? (absent.has(relative(folder, path)) ? '' : undefined);
  try {
    const environment = await readEnvironment({ readText: read }, folder, printProposal(name, entries), variables);
    await readShape(context, folder, environment, undefined, 'recorded');
    return undefined;
  } catch (error) {
    if (!(error instanceof DevenvError)) throw error;
    const envFile = error.data?.['envFile'];
    if (typeof envFile === 'string' && !absent.has(envFile) && absent.size < mostAbsent) {
      absent.add(envFile);
      return refuse(context, name, entries, absent);
    }
    return error.message.replace(/\s+/g, ' ').slice(0, 300);
  }
}

const mostAbsent = 20;
