import { join } from 'node:path';
import type { Context } from '../../ports/context.ts';
import type { Addition } from './write-addition.ts';

/** Bytes. */
const limit = 1024 * 1024;

/**
 * Lines that a project in git needs: files with secrets stay out of it, and the
 * lock has a merge driver. None outside of a repository. Only reads.
 */
export async function planGitFiles(context: Context): Promise<readonly Addition[]> {
  const { files, folder, git } = context;
  const secrets = await git.judgeFile(folder, '.env.local');
  if (secrets === 'no repository') return [];
  const attributes = await files.readText(join(folder, '.gitattributes'), limit, folder);
  const ignored = await files.readText(join(folder, '.gitignore'), limit, folder);
  return [
    ...(secrets === 'exposed' ? [addition('.gitignore', ignored, '.env.local')] : []),
    ...(/^[^#\n]*devenv-lock\.yaml\s/m.test(attributes ?? '')
      ? []
      : [addition('.gitattributes', attributes, 'devenv-lock.yaml merge=devenv')]),
  ];
}

const addition = (path: string, before: string | undefined, line: string): Addition => ({
  path,
  ...(before !== undefined && { before }),
  lines: [line],
});
