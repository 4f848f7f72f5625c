import { randomBytes } from 'node:crypto';
import { carrierPrefix } from '../../overlay/capture/carrier.ts';
import { commitContainer } from './commit-container.ts';
import type { Connection } from '../connection/connection.ts';
import { removeContainer } from '../containers/containers.ts';
import { createContainer } from '../containers/create-container.ts';
import { refused } from '../connection/engine-failure.ts';
import { followProgress } from '../connection/follow-progress.ts';
import { inspectImage, removeImage } from './images.ts';
import { imagePath, parseReference } from './reference.ts';
import { tarOf } from '../../../model/tar/tar.ts';

/**
 * Names the layers of an image again, with labels added or replaced. Docker
 * captures a container that never ran, which makes no layer and takes a tenth
 * of a build. If it makes one, and with Podman, which always does, the engine
 * builds from one line.
 */
export async function labelImage(
  connection: Connection,
  source: string,
  reference: string,
  labels: Readonly<Record<string, string>>,
  holder = '',
): Promise<void> {
  const origin = labels['dev.teamvm.origin'] ?? '';
  // The name of the container leads a later cleanup to it.
  const [prefix, role] = origin === '' ? [holder, 'builder'] : [carrierPrefix(origin), 'carrier'];
  const mayCapture = prefix !== '' && !connection.podman;
  if (mayCapture && (await captureIdle(connection, source, reference, labels, { prefix, role }))) return;
  await buildLabelled(connection, source, reference, labels);
}

/** False if the engine made a layer; then there is no such image. */
async function captureIdle(
  connection: Connection,
  source: string,
  reference: string,
  labels: Readonly<Record<string, string>>,
  { prefix, role }: { readonly prefix: string; readonly role: string },
): Promise<boolean> {
  const image = await inspectImage(connection, source);
  if (image === undefined) return false;
  const { config } = image;
  const id = await createContainer(connection, {
    name: `${prefix}${randomBytes(4).toString('hex')}`,
    image: source,
    command: ['/bin/sh'],
    env: [],
    labels: 'dev.teamvm.role' in labels ? { 'dev.teamvm.role': role } : {},
    user: '',
    workingDir: config.workingDir,
    mounts: [],
    network: 'none',
    log: false,
  });
  try {
    await commitContainer(connection, id, reference, { ...config, labels: { ...config.labels, ...labels } });
  } finally {
    await removeContainer(connection, id);
  }
  const made = await inspectImage(connection, reference);
  if (made !== undefined && isSame(image.diffIds, made.diffIds)) return true;
  await removeImage(connection, reference);
  return false;
}

/**
 * Builds from one line. Podman adds the label `io.buildah.version`. Docker adds
 * a layer if the image's working folder does not exist: ENGINE_REFUSED.
 */
async function buildLabelled(
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
