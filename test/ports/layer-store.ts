import { expect } from 'vitest';
import type { Image } from '../../src/model/image.ts';
import type { Capture, CaptureRequest } from '../../src/ports/capture.ts';
import type { Changes } from '../../src/ports/changes.ts';
import type { Layers } from '../../src/ports/layers.ts';
import type { SnapshotData } from '../../src/ports/snapshot-data.ts';
import { Collect } from '../adapters/docker/collect.ts';
import type { Subject } from './subject.ts';

/** The ports for the layers of an engine's images and containers. */
export interface LayerStore {
  readonly changes: Changes;
  readonly capture: Capture;
  readonly layers: Layers;
  readonly data: SnapshotData;
}

export interface StoreSubject extends Subject, LayerStore {}

/** Runs a shell text in a container as root; it must succeed. */
export async function run({ engine }: Subject, container: string, script: string): Promise<void> {
  expect(await engine.runtime.exec(container, { argv: ['sh', '-c', script], user: '0:0' }), script).toBe(0);
}

/** What a shell text prints in a container, as root. */
export async function output({ engine }: Subject, container: string, script: string): Promise<string> {
  const stdout = new Collect();
  await engine.runtime.exec(container, { argv: ['sh', '-c', script], user: '0:0', stdout });
  return stdout.bytes.toString();
}

export async function findImage({ engine }: Subject, reference: string): Promise<Image> {
  const image = await engine.images.inspect(reference);
  if (image === undefined) throw new Error(`no image ${reference}`);
  return image;
}

const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** A capture from a container that nothing holds still. `parent`: a reference. */
export async function requestOf(
  subject: Subject,
  container: string,
  reference: string,
  parent = subject.base,
): Promise<CaptureRequest> {
  const image = await findImage(subject, parent);
  // As every version has it: engines fill in what is missing, each in its own way.
  const config = { ...image.config, env: [path], workingDir: '/', cmd: ['/bin/sh'] };
  return {
    ...{ container, parent: { ...image, config }, reference, latest: Math.floor(Date.now() / 1000) },
    ...{ leaveOut: () => false, still: (work) => work(), flushed: async () => undefined },
  };
}
