import { findUnsavedChanges } from '../drift/unsaved-changes.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import type { PathChange } from '../model/container.ts';
import type { Image } from '../model/image.ts';
import type { Operation } from '../model/plan.ts';
import type { Engine } from '../ports/engine.ts';
import type { Context } from './context.ts';
import { labels } from './labels.ts';
import type { Project } from './project.ts';

/** Refuses to throw a container away while it holds changes that no version has, unless that was asked for. */
export async function refuseUnsaved(
  context: Context,
  engine: Engine,
  project: Project,
  operations: readonly Operation[],
  discard: boolean,
): Promise<void> {
  if (discard) return;
  for (const operation of operations) {
    if (operation.kind !== 'recreate' && operation.kind !== 'remove') continue;
    const unsaved = await listUnsaved(engine, project, operation.container);
    if (unsaved.length === 0) continue;
    const shown = unsaved.slice(0, 5).map(({ path }) => path);
    const more = unsaved.length > shown.length ? ` and ${String(unsaved.length - shown.length)} more` : '';
    context.progress.note(`Changed since the last version: ${shown.join(', ')}${more}`);
    throw new DevenvError(
      'DRIFT_UNSAVED',
      `The workspace holds ${String(unsaved.length)} changes that no version has.`,
      {
        state: 'The workspace was not touched.',
        data: { changes: unsaved.length, paths: unsaved.slice(0, 100).map(({ path }) => path) },
      },
    );
  }
}

/** What a workspace has that no version has. */
export async function listUnsaved(engine: Engine, project: Project, container: string): Promise<readonly PathChange[]> {
  const changes = findUnsavedChanges(await engine.listChanges(container));
  if (changes.length === 0) return changes;
  const captured = await findCaptureTime(engine, project, container);
  return captured === undefined ? changes : findChangedSince(engine, container, changes, captured);
}

/** When the newest version was captured from this container; absent where none was. */
async function findCaptureTime(engine: Engine, project: Project, container: string): Promise<string | undefined> {
  return (await findCapture(engine, project, container))?.time;
}

/** The newest version that was captured from this container: its image, and the engine's time of the capture. */
export async function findCapture(
  engine: Engine,
  project: Project,
  container: string,
): Promise<{ readonly image: Image; readonly time: string } | undefined> {
  const images = await engine.listImages([
    `${labels.project}=${project.environment.name}`,
    `${labels.origin}=${container}`,
  ]);
  const inspected = await Promise.all(images.map(({ id }) => engine.inspectImage(id)));
  return inspected
    .flatMap((image) => {
      const time = image?.config.labels[labels.captured];
      return image === undefined || time === undefined ? [] : [{ image, time }];
    })
    .sort((a, b) => (a.time < b.time ? -1 : 1))
    .at(-1);
}

/**
 * Of the changed paths those whose inode changed after a capture. Creating,
 * writing, renaming and changing modes all move ctime; a deletion moves that
 * of its folder. Where that cannot be asked, every change counts.
 */
async function findChangedSince(
  engine: Engine,
  container: string,
  changes: readonly PathChange[],
  since: string,
): Promise<readonly PathChange[]> {
  const details = await engine.inspectContainer(container);
  if (details?.state !== 'running') return changes;
  const chunks: Buffer[] = [];
  const { Writable } = await import('node:stream');
  const stdout = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  const exitCode = await engine.exec(container, {
    argv: ['find', '/', '-xdev', '-newerct', since, '-print0'],
    user: '0:0',
    stdout,
  });
  if (exitCode !== 0) return changes;
  const paths = Buffer.concat(chunks)
    .toString('utf8')
    .split('\0')
    .filter((path) => path !== '');
  return findUnsavedChanges(paths.map((path) => ({ path, kind: 'modified' })));
}
