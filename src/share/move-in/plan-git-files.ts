import { join } from 'node:path';
import type { Context } from '../../ports/context.ts';
import type { Addition } from './write-addition.ts';

/** Bytes. */
const limit = 1024 * 1024;

/**
 * Lines that a project in git needs: files with secrets stay out of it, and so
 * does the virtual environment that a hook makes; the lock has a merge driver.
 * None outside of a repository. `yaml`: text of the new devenv.yaml. Only reads.
 */
export async function planGitFiles(context: Context, yaml: string): Promise<readonly Addition[]> {
  const { files, folder, git } = context;
  const secrets = await git.judgeFile(folder, '.env.local');
  if (secrets === 'no repository') return [];
  const attributes = await files.readText(join(folder, '.gitattributes'), limit, folder);
  const ignored = await files.readText(join(folder, '.gitignore'), limit, folder);
  const isVenvExposed =
    yaml.includes(' venv .venv ') && (await git.judgeFile(folder, '.venv/pyvenv.cfg')) === 'exposed';
  const hidden = [...(secrets === 'exposed' ? ['.env.local'] : []), ...(isVenvExposed ? ['.venv/'] : [])];
  return [
    ...(hidden.length > 0 ? [addition('.gitignore', ignored, ...hidden)] : []),
    ...(/^[^#\n]*devenv-lock\.yaml\s/m.test(attributes ?? '')
      ? []
      : [addition('.gitattributes', attributes, 'devenv-lock.yaml merge=devenv')]),
  ];
}

const addition = (path: string, before: string | undefined, ...lines: string[]): Addition => ({
  path,
  ...(before !== undefined && { before }),
  lines,
});
