import { join } from 'node:path';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { Context } from '../../ports/context.ts';
import { agreeChanges } from './ask-proposal.ts';
import { planGitFiles } from './plan-git-files.ts';
import { newFile, writeAddition, type Addition } from './write-addition.ts';

/** Throws CONFIG_EXISTS if the folder has a devenv.yaml. */
export async function refuseExisting({ files, folder }: Context): Promise<void> {
  const path = join(folder, 'devenv.yaml');
  if ((await files.kindOf(path)) === undefined) return;
  throw new DevenvError('CONFIG_EXISTS', `${path} exists already.`, { state: 'It was not touched.' });
}

/**
 * Shows devenv.yaml with what git needs and `more` files, asks and writes;
 * devenv.yaml comes last. Returns the paths of the other files. `unasked`:
 * without a terminal, nobody has to be asked. Throws NOT_CONFIRMED.
 */
export async function writeProposal(
  context: Context,
  text: string,
  more: readonly Addition[] = [],
  unasked = false,
): Promise<readonly string[]> {
  const additions = [...more, ...(await planGitFiles(context, text))];
  const yaml = newFile('devenv.yaml', text);
  await agreeChanges(context, [yaml, ...additions], unasked);
  await refuseExisting(context);
  for (const addition of additions) await writeAddition(context, addition);
  await context.files.writeAtomic(join(context.folder, yaml.path), text);
  return additions.map(({ path }) => path);
}
