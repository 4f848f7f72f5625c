import type { Connection } from './connection.ts';
import { refused } from './engine-failure.ts';
import { followProgress } from './follow-progress.ts';
import { inspectImage, removeImage } from './images.ts';
import { imagePath, parseReference } from './reference.ts';
import { tarOf } from './tar-of.ts';

/**
 * Gives the layers of an image another name, with labels added or replaced: the
 * engine builds from one line, and no program runs. Podman adds a label of its
 * own, `io.buildah.version`. Docker makes a layer after all where the image's
 * working folder does not exist in it; that is refused (ENGINE_REFUSED).
 */
export async function labelImage(
  connection: Connection,
  source: string,
  reference: string,
  labels: Readonly<Record<string, string>>,
): Promise<void> {
  parseReference(reference);
  imagePath(source);
  const call = {
    method: 'POST',
    path: '/build',
    query: { t: reference, labels: JSON.stringify(labels), version: '1', nocache: 'true', rm: 'true', forcerm: 'true' },
    upload: { type: 'application/x-tar', source: tarOf('Dockerfile', `FROM ${source}\n`) },
    purpose: `label the image ${reference}`,
  } as const;
  let built = false;
  await followProgress(connection, call, refused, (line) => {
    built ||= line.in('aux').text('ID') !== '' || /^Successfully (built|tagged)/.test(line.text('stream'));
  });
  if (!built) throw refused(call.purpose, 200, 'its answer ended early');
  const [before, after] = [await inspectImage(connection, source), await inspectImage(connection, reference)];
  if (before !== undefined && after !== undefined && isSame(before.diffIds, after.diffIds)) return;
  await removeImage(connection, reference);
  const folder = before?.config.workingDir ?? '';
  throw refused(call.purpose, 200, `it made a layer; the working folder ${folder} must exist in the image`);
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.join() === b.join();
}
