import { isAbsolute } from 'node:path';
import type { DotfilesFolder } from './read-dotfiles.ts';
import { DevenvError } from '../../errors/devenv-error.ts';
import { hashJson } from '../../lock/hash-json.ts';
import type { Personal } from '../../model/environment.ts';
import type { Digest } from '../../model/version.ts';
import type { Context } from '../../ports/context.ts';
import { configLimit } from '../../observe/project.ts';

export interface PersonalThings extends Personal {
  /** Hash of all of it, with the content of a dotfiles folder. */
  readonly identity: Digest;
  /** Content of dotfiles that are a folder of this machine. */
  readonly folder?: DotfilesFolder;
}

/**
 * Reads what the person adds to their workspaces, from the file that
 * TEAMVM_PERSONAL names, else from `teamvm/personal.yaml` of the XDG
 * configuration folder. Absent without one. Throws CONFIG_INVALID, FILE_UNREADABLE.
 */
export async function readPersonal({ files, machine, variables }: Context): Promise<PersonalThings | undefined> {
  const named = variables['TEAMVM_PERSONAL'];
  if (named === '') return undefined;
  const file = named ?? `${machine.configFolder}/personal.yaml`;
  const text = isAbsolute(file) ? await files.readText(file, configLimit) : undefined;
  if (text === undefined && named === undefined) return undefined;
  if (text === undefined) {
    throw new DevenvError('FILE_UNREADABLE', `TEAMVM_PERSONAL names ${file}, and there is no such file.`, {
      hint: 'Give the absolute path of a file, or an empty value to use none.',
    });
  }
  const [{ parsePersonal }, { readDotfiles }] = await Promise.all([
    import('../../environment/parse-personal.ts'),
    import('./read-dotfiles.ts'),
  ]);
  const personal = parsePersonal(text, file, variables['HOME'] ?? '/root');
  const folder = personal.dotfiles?.kind === 'folder' ? await readDotfiles(personal.dotfiles.source) : undefined;
  const identity = hashJson({ personal, content: folder?.hash ?? '' });
  return { ...personal, identity, ...(folder !== undefined && { folder }) };
}
