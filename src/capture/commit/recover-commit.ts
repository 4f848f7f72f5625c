import { parseLock } from '../../lock/parse-lock.ts';
import { contentIdOf } from '../../lock/content-id.ts';
import type { Images } from '../../ports/images.ts';
import { dropIntent, mergedReference, readIntent, type CommitIntent } from './commit-intent.ts';
import type { Context } from '../../ports/context.ts';
import { labels } from '../../observe/labels.ts';
import { lockPath } from '../../observe/project.ts';
import { settleTimes } from '../still/settle-times.ts';

type World = Pick<Context, 'files' | 'machine' | 'engine' | 'capture' | 'progress'>;

/**
 * Mends what a killed commit left: the workspace goes on, its helpers are
 * removed, and an image that the lock does not have is removed too. Nothing is
 * lost by that: everything in it is in the workspace still, and the same
 * command captures it again.
 */
export async function recoverCommit(world: World, folder: string): Promise<void> {
  const intent = await readIntent(world, folder);
  if (intent === undefined) return;
  const engine = await world.engine();
  // Another engine knows nothing of it: it waits for a command that asks the one where it happened.
  if (engine.address !== intent.engine) return;
  const container = await engine.runtime.inspect(intent.container);
  if (container?.state === 'paused' && !intent.paused) await engine.runtime.unpause(intent.container);
  const capture = await world.capture();
  await capture.thaw(intent.container);
  if (intent.filled !== undefined) await settleTimes(engine.runtime, intent.filled);
  await capture.clean(intent.container);
  await removeUnrecorded(world, engine.images, folder, intent);
  await engine.images.remove(intent.reference);
  await engine.images.remove(mergedReference(intent));
  await dropIntent(world, folder, intent);
}

async function removeUnrecorded(world: World, images: Images, folder: string, intent: CommitIntent): Promise<void> {
  const recorded = await readRecorded(world, folder);
  if (recorded === undefined) return;
  for (const { id, tags } of await images.list([`${labels.transaction}=${intent.transaction}`])) {
    const image = await images.inspect(id);
    if (image === undefined || recorded.has(contentIdOf(image))) continue;
    for (const tag of tags) await images.remove(tag);
    if (tags.every((tag) => tag.endsWith(intent.reference))) continue;
    const number = image.config.labels[labels.version] ?? '?';
    world.progress.note(
      `An interrupted commit had named version ${number} but not recorded it: it was removed. Its changes are in the workspace still.`,
    );
  }
}

/** Contents that the lock records; absent where it cannot be read now, and so nothing may be called unrecorded. */
async function readRecorded(world: World, folder: string): Promise<ReadonlySet<string> | undefined> {
  const text = await world.files.readText(lockPath(folder), Number.MAX_SAFE_INTEGER, folder);
  if (text === undefined) return new Set();
  try {
    return new Set(parseLock(text, 'devenv-lock.yaml').versions.map(({ content }) => content));
  } catch {
    return undefined;
  }
}
