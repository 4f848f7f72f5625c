import { DevenvError, hasCode } from '../../errors/devenv-error.ts';
import { parseConfig } from '../../environment/parse.ts';
import { importBundle, type ImportedBundle } from '../../image/bundle/import-bundle.ts';
import { withBundle } from '../../image/bundle/with-bundle.ts';
import { parseLock } from '../../lock/parse-lock.ts';
import { lockPath, readLockText, readProject } from '../../observe/project.ts';
import type { Context } from '../../ports/context.ts';

interface ImportBundleOptions {
  /** Relative to the folder of the command. */
  readonly file: string;
  /** Write devenv.yaml and devenv-lock.yaml of the bundle into the folder, which has neither. */
  readonly projectFiles: boolean;
}

interface Imported extends ImportedBundle {
  /** Absolute paths of files that were written. */
  readonly written: readonly string[];
  /** What the project still lacks if the files that were written name others. */
  readonly incomplete?: string;
}

/**
 * Loads images of a bundle into the engine. devenv-lock.yaml of the project decides which; the bundle's own one only if
 * the person asks for its files. Throws BUNDLE_INVALID, BUNDLE_MISMATCH, FILE_EXISTS.
 */
export async function importIntoProject(
  context: Context,
  { file, projectFiles }: ImportBundleOptions,
): Promise<Imported> {
  const engine = await context.provideEngine();
  return withBundle(context, file, async (bundle) => {
    if (!projectFiles) {
      const project = await readProject(context).catch(suggestProjectFiles);
      return { ...(await importBundle(context, engine, project, bundle)), written: [] };
    }
    const { files, folder } = context;
    const paths = [lockPath(folder), `${folder}/devenv.yaml`] as const;
    await requireFree(context, paths, bundle.lockText, 'Nothing of the bundle was loaded.');
    const environment = parseConfig(bundle.environmentText, 'devenv.yaml of the bundle');
    const lock = parseLock(bundle.lockText, 'devenv-lock.yaml of the bundle');
    const imported = await importBundle(context, engine, { environment, lock }, bundle);
    // To load takes long, and others write here meanwhile.
    await requireFree(context, paths, bundle.lockText, 'The images of the bundle were loaded.');
    // The lock first: devenv.yaml alone would ask for a build.
    await files.writeAtomic(paths[0], bundle.lockText);
    await files.writeAtomic(paths[1], bundle.environmentText);
    const incomplete = await readProject(context).then(() => undefined, tellMessage);
    return { ...imported, written: [...paths].reverse(), ...(incomplete !== undefined && { incomplete }) };
  });
}

function suggestProjectFiles(error: unknown): never {
  throw hasCode(error, 'CONFIG_NOT_FOUND')
    ? error.rephrase(() => 'Change to a clone of the project, or to an empty folder and add --project-files.')
    : error;
}

function tellMessage(error: unknown): string {
  if (error instanceof DevenvError) return error.message;
  throw error;
}

/** Throws FILE_EXISTS. The lock alone, with the text of the bundle, is from an import that was killed. */
async function requireFree(
  { files, folder }: Context,
  paths: readonly [lock: string, config: string],
  lockText: string,
  state: string,
): Promise<void> {
  const kinds = await Promise.all(paths.map((path) => files.kindOf(path)));
  const index = kinds[1] === undefined ? 0 : 1;
  if (kinds[index] === undefined || (index === 0 && (await readLockText(files, folder)) === lockText)) return;
  throw new DevenvError('FILE_EXISTS', `${paths[index]} exists.`, {
    hint: 'Leave --project-files out: the versions that devenv-lock.yaml names are imported.',
    state,
  });
}
