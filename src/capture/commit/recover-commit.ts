import { parseLock } from '../../lock/parse-lock.ts';
import { contentIdOf } from '../../lock/content-id.ts';
import type { Images } from '../../ports/images.ts';
import { dropIntent, listReferences, readIntent, type CommitIntent } from './commit-intent.ts';
import { removeSpareImages } from './remove-spare-images.ts';
import type { Context } from '../../ports/context.ts';
import { labels } from '../../observe/labels.ts';
import { readLockText } from '../../observe/project.ts';
import { settleTimes } from '../still/hold-still.ts';

type Ports = Pick<Context, 'files' | 'machine' | 'engine' | 'capture' | 'progress'>;

/**
 * Repairs what a killed commit left: resumes the workspace, and removes its
 * helpers and an image that the lock does not have. Nothing is lost: the
 * workspace still has the changes, and the same command captures them again.
 */
export async function recoverCommit(ports: Ports, folder: string): Promise<void> {
  const intent = await readIntent(ports, folder);
  if (intent === undefined) return;
  const engine = await ports.engine();
  // Only the engine where it happened can be repaired: a later command that uses that engine does it.
  if (engine.address !== intent.engine) return;
  const container = await engine.runtime.inspect(intent.container);
  if (container?.state === 'paused' && !intent.paused) await engine.runtime.unpause(intent.container);
  const capture = await ports.capture();
  await capture.thaw(intent.container);
  if (intent.filled !== undefined) await settleTimes(engine.runtime, intent.filled);
  await capture.clean(intent.container);
  await removeUnrecorded(ports, engine.images, folder, intent);
  await removeSpareImages(ports, engine.images, listReferences(intent));
  await dropIntent(ports, folder, intent);
}

async function removeUnrecorded(ports: Ports, images: Images, folder: string, intent: CommitIntent): Promise<void> {
  const recorded = await readRecorded(ports, folder);
  if (recorded === undefined) return;
  for (const { id, tags } of await images.list([`${labels.transaction}=${intent.transaction}`])) {
    const image = await images.inspect(id);
    if (image === undefined || recorded.has(contentIdOf(image))) continue;
    await removeSpareImages(ports, images, tags);
    if (tags.every((tag) => tag.endsWith(intent.reference))) continue;
    const number = image.config.labels[labels.version] ?? '?';
    ports.progress.note(
      `Removed version ${number} of an interrupted commit, which was not recorded. Its changes are still in the workspace.`,
    );
  }
}

/** Content ids that the lock records; absent if it cannot be read: then nothing counts as unrecorded. */
async function readRecorded(ports: Ports, folder: string): Promise<ReadonlySet<string> | undefined> {
  try {
    const text = await readLockText(ports.files, folder);
    if (text === undefined) return new Set();
    return new Set(parseLock(text, 'devenv-lock.yaml').versions.map(({ content }) => content));
  } catch {
    return undefined;
  }
}
