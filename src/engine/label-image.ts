import type { Connection } from './connection.ts';
import { refused } from './engine-failure.ts';
import { followProgress } from './follow-progress.ts';
import { imagePath, parseReference } from './reference.ts';
import { tarOf } from './tar-of.ts';

/**
 * Gives the layers of an image another name, with labels added or replaced. No
 * layer is made: the engine builds from two lines, and no program runs.
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
    query: { t: reference, labels: JSON.stringify(labels), version: '1', rm: 'true', forcerm: 'true' },
    upload: { type: 'application/x-tar', source: tarOf('Dockerfile', `FROM ${source}\n`) },
    purpose: `label the image ${reference}`,
  } as const;
  let built = false;
  await followProgress(connection, call, refused, (line) => {
    built ||= line.in('aux').text('ID') !== '' || /^Successfully (built|tagged)/.test(line.text('stream'));
  });
  if (!built) throw refused(call.purpose, 200, 'its answer ended early');
}
