import { keyOfNeed, type TrustNeed } from '../../model/trust.ts';
import type { Context } from '../../ports/context.ts';
import { printNeed } from '../require-trust.ts';
import { readTrust, writeTrust } from '../trust-record.ts';
import { findRepository, needOfRepository, type Repository } from './find-repository.ts';
import { noteRepository } from './note-repository.ts';

type Ports = Pick<Context, 'files' | 'machine' | 'prompt' | 'progress' | 'clock' | 'variables'>;

/** The request to have the repository of a worktree or submodule mounted; none for other projects. */
export async function listRepositoryNeeds(files: Context['files'], folder: string): Promise<readonly TrustNeed[]> {
  const repository = await findRepository(files, folder);
  const need = repository && needOfRepository(repository);
  return need === undefined ? [] : [need];
}

/** The repository to mount, if the person agreed to exactly that. */
export async function findAgreedRepository(
  ports: Pick<Ports, 'files' | 'machine' | 'clock'>,
  folder: string,
): Promise<Repository | undefined> {
  const repository = await findRepository(ports.files, folder);
  const need = repository && needOfRepository(repository);
  if (need === undefined) return undefined;
  const agreed = (await readTrust(ports, folder))?.needs.map(keyOfNeed) ?? [];
  return agreed.includes(keyOfNeed(need)) ? repository : undefined;
}

/**
 * Asks once at the terminal whether the repository of a worktree or submodule
 * may be mounted, and records both answers. Where git does not work in the
 * workspace, notes why: everything else works without it.
 */
export async function agreeRepository(ports: Ports, folder: string): Promise<void> {
  const repository = await findRepository(ports.files, folder);
  if (repository === undefined) return noteRepository(ports, folder);
  const need = needOfRepository(repository);
  const outside = `The git repository of this folder lies outside of it, in ${repository.record}`;
  const missing = 'git finds none in the workspace';
  if (need === undefined) {
    ports.progress.note(
      `${outside}, and does not name this folder: ${missing}. Repair it with \`git worktree repair\`.`,
    );
    return;
  }
  const record = await readTrust(ports, folder);
  const [agreed, declined] = [record?.needs ?? [], record?.declined ?? []].map((list) => list.map(keyOfNeed));
  if (agreed?.includes(keyOfNeed(need)) === true) return;
  if (ports.prompt.interactive && declined?.includes(keyOfNeed(need)) !== true) {
    ports.progress.note(`${outside}. For git in the workspace, this project ${printNeed(need).replace('git: ', '')}.`);
    const yes = await ports.prompt.confirm('Do you agree to that?', false);
    await writeTrust(ports, folder, {
      needs: [...(record?.needs ?? []), ...(yes ? [need] : [])],
      declined: yes ? [] : [need],
    });
    if (yes) return;
  }
  ports.progress.note(`${outside}: ${missing} until you agree with \`devenv trust\`.`);
}
