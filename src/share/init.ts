import { basename, join } from 'node:path';
import { editConfig } from '../environment/edit/edit.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import type { Context } from '../ports/context.ts';
import { agreeChanges, chooseEntries } from './move-in/ask-proposal.ts';
import { checkProposal } from './move-in/check-proposal.ts';
import { nameProject } from './move-in/name-project.ts';
import { observeProject } from './move-in/observe-project.ts';
import { planGitFiles, writeAddition } from './move-in/plan-git-files.ts';
import { propose } from './move-in/propose.ts';
import type { Entry } from './move-in/proposal.ts';

interface InitOptions {
  /** Text of the template for a folder that says nothing, with its comments. */
  readonly template: string;
  /** Image to build on. Default: what the project says, else a base assembled from the Debian mirror. */
  readonly base?: string;
}

export interface InitResult {
  readonly path: string;
  readonly name: string;
  /** What the project asks for, with the file that says it. */
  readonly entries: readonly Entry[];
  /** What was found and is not in devenv.yaml, because devenv refuses it. */
  readonly refused: readonly { readonly entry: Entry; readonly reason: string }[];
  /** Further files that got lines. */
  readonly changed: readonly string[];
}

/**
 * Writes a devenv.yaml into the folder, from what its files say. Never
 * overwrites one. Throws CONFIG_EXISTS, NOT_CONFIRMED.
 */
export async function init(context: Context, options: InitOptions): Promise<InitResult> {
  const path = join(context.folder, 'devenv.yaml');
  const name = nameProject(basename(context.folder));
  await refuseExisting(context, path);
  const [first, ...others] = propose(await observeProject(context.files, context.folder), options.base);
  if (first === undefined) {
    const text = fillTemplate(options.template, name, options.base ?? { bootstrap: 'bookworm' });
    await context.files.writeAtomic(path, text);
    return { path, name, entries: [], refused: [], changed: [] };
  }
  const entries = await chooseEntries(context, [first, ...others]);
  const { text, kept, refused } = await checkProposal(context, name, entries);
  const additions = await planGitFiles(context);
  await agreeChanges(context, text, additions);
  await refuseExisting(context, path);
  for (const addition of additions) await writeAddition(context, addition);
  await context.files.writeAtomic(path, text);
  return { path, name, entries: kept, refused, changed: additions.map((one) => one.path) };
}

async function refuseExisting({ files }: Context, path: string): Promise<void> {
  if ((await files.kindOf(path)) === undefined) return;
  throw new DevenvError('CONFIG_EXISTS', `${path} exists already.`, { state: 'It was not touched.' });
}

/** Fills the template of a new devenv.yaml and keeps its comments. `name`: a valid one, see `nameProject`. */
export function fillTemplate(template: string, name: string, base: string | { readonly bootstrap: string }): string {
  const edited = editConfig(template, [
    { kind: 'set', path: ['name'], value: name },
    { kind: 'set', path: ['base'], value: base },
  ]);
  return edited.replaceAll('team/my-project', `team/${name}`);
}
