import { join } from 'node:path';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { Context } from '../../ports/context.ts';
import { agreeChanges, showChanges } from './ask-proposal.ts';
import { planGitFiles } from './plan-git-files.ts';
import { newFile, writeAddition, type Addition } from './write-addition.ts';

/** Throws CONFIG_EXISTS if the folder has a devenv.yaml. */
export async function refuseExisting({ files, folder }: Context): Promise<void> {
  const path = join(folder, 'devenv.yaml');
  if ((await files.kindOf(path)) === undefined) return;
  throw new DevenvError('CONFIG_EXISTS', `${path} exists already.`, { state: 'It was not touched.' });
}

interface WriteOptions {
  /** Further files. */
  readonly more?: readonly Addition[];
  /** Without a terminal, nobody has to be asked. */
  readonly unasked?: boolean;
  /** Show, and neither ask nor write. */
  readonly dryRun?: boolean;
}

/**
 * Shows devenv.yaml with what git needs and `more` files, asks and writes;
 * devenv.yaml comes last. Returns the paths of the other files. Throws
 * NOT_CONFIRMED.
 */
export async function writeProposal(
  context: Context,
  text: string,
  { more = [], unasked = false, dryRun = false }: WriteOptions = {},
): Promise<readonly string[]> {
  const additions = [...more, ...(await planGitFiles(context, text))];
  const yaml = newFile('devenv.yaml', text);
  if (dryRun) {
    showChanges(context, [yaml, ...additions]);
    return additions.map(({ path }) => path);
  }
  await agreeChanges(context, [yaml, ...additions], unasked);
  await refuseExisting(context);
  for (const addition of additions) await writeAddition(context, addition);
  await context.files.writeAtomic(join(context.folder, yaml.path), text);
  return additions.map(({ path }) => path);
}
