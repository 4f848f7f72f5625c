import { askImage, type Ask } from '../apply/ask-image.ts';
import { hashFiles, listTree, showPath } from '../apply/list-tree.ts';
import { compareTrees, sortChanges } from '../drift/compare-trees.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import type { Image } from '../model/image.ts';
import type { Tree, TreeChange } from '../model/tree.ts';
import type { Resolved, Version } from '../model/version.ts';
import { providers } from '../providers/registry.ts';
import type { Context } from './context.ts';
import type { Project } from './project.ts';
import { provideVersion } from './version-image.ts';

/** An image that can be asked about what is in it. */
export interface OpenImage {
  readonly image: Image;
  readonly ask: Ask;
}

/** Opens a version, pulled where this engine lacks it, for as long as `work` takes. */
export async function openVersion<T>(
  context: Context,
  project: Project,
  version: Version,
  work: (open: OpenImage) => Promise<T>,
): Promise<T> {
  return openImage(context, project, await provideVersion(context, project.environment, version), work);
}

/** The same for any image of the engine. */
export async function openImage<T>(
  context: Context,
  project: Project,
  reference: string,
  work: (open: OpenImage) => Promise<T>,
): Promise<T> {
  const engine = await context.engine();
  const image = await engine.inspectImage(reference);
  if (image === undefined) throw new DevenvError('IMAGE_NOT_FOUND', `${reference} vanished from the engine.`);
  return askImage(engine, project.folder, reference, image.config, (ask) => work({ image, ask }));
}

/** What an image has, by provider: name → exact version. A tool that the image lacks answers nothing. */
export async function takeInventory(ask: Ask): Promise<Resolved> {
  const found = await Promise.all(
    providers.map(
      async ({ name, probe }): Promise<readonly (readonly [string, Readonly<Record<string, string>>])[]> => {
        if (probe === undefined) return [];
        const { exitCode, stdout } = await ask({ argv: probe.argv });
        return [[name, exitCode === 0 ? probe.parse(stdout.toString('utf8')) : {}]];
      },
    ),
  );
  return Object.fromEntries(found.flat());
}

/** How the files of one image become those of another. Contents are compared only where metadata leave a doubt. */
export async function compareFiles(
  before: Ask,
  after: Ask,
): Promise<{ readonly changes: readonly TreeChange[]; readonly before: Tree; readonly after: Tree }> {
  const [old, now] = await Promise.all([listTree(before), listTree(after)]);
  const { changes, suspects } = compareTrees(old, now);
  const [a, b] = await Promise.all([hashFiles(before, suspects), hashFiles(after, suspects)]);
  const rewritten = suspects
    .filter((path) => a.get(path) !== b.get(path))
    .map((path): TreeChange => ({ path, kind: 'changed', what: ['content'] }));
  return { changes: sortChanges([...changes, ...rewritten]), before: old, after: now };
}

/** For people and JSON. */
export function showChanges(changes: readonly TreeChange[]): readonly TreeChange[] {
  return changes.map((change) => ({ ...change, path: showPath(change.path) }));
}
