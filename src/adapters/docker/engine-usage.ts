import { createHash } from 'node:crypto';
import type { ContainerUsage, EngineUsage, ImageUsage, VolumeUsage } from '../../ports/engine.ts';
import { findJson, getJson } from './connection/ask.ts';
import type { Connection } from './connection/connection.ts';
import type { Fields } from './connection/fields.ts';
import { imagePath } from './images/reference.ts';

/** Images at once. */
const width = 8;
/** Milliseconds. Engines measure every volume and container first. */
const patience = 10 * 60_000;

/** Asks an engine what takes space on it. */
export async function readEngineUsage(connection: Connection): Promise<EngineUsage> {
  const purpose = 'measure what it keeps';
  // Podman's measurement has no labels, and says of every volume that it is used: only sizes are taken from there.
  const told = await getJson(connection, '/system/df', purpose, { patience });
  const containers = (await getJson(connection, '/containers/json', purpose, { query: { all: 'true' } })).each();
  const volumes = (await getJson(connection, '/volumes', purpose)).each('Volumes');
  const written = new Map(
    told.each('Containers').map((one) => [one.text('Id') || one.text('ID'), one.number('SizeRw')]),
  );
  const filled = new Map(told.each('Volumes').map((one) => [one.text('Name'), one.in('UsageData').number('Size')]));
  const mounted = new Set(containers.flatMap((one) => one.each('Mounts').map((mount) => mount.text('Name'))));
  const listed = (await getJson(connection, '/images/json', purpose)).each();
  const images: ImageUsage[] = [];
  for (let at = 0; at < listed.length; at += width) {
    const some = await Promise.all(listed.slice(at, at + width).map((one) => readImage(connection, one, purpose)));
    images.push(...some.filter((image) => image !== undefined));
  }
  return {
    images,
    volumes: volumes.map((volume) => readVolume(volume, filled, mounted)),
    containers: containers.map((one) => readContainer(one, written)),
  };
}

/** Undefined for an image that was removed meanwhile. */
async function readImage(connection: Connection, listed: Fields, purpose: string): Promise<ImageUsage | undefined> {
  const id = listed.text('Id');
  const path = `/images/${imagePath(id)}`;
  const [image, history] = await Promise.all([
    findJson(connection, `${path}/json`, purpose),
    findJson(connection, `${path}/history`, purpose),
  ]);
  if (image === undefined || history === undefined) return undefined;
  const sizes = history
    .each()
    .map((entry) => entry.number('Size'))
    .reverse();
  const diffIds = image.in('RootFS').texts('Layers');
  return {
    id,
    tags: listed.texts('RepoTags').filter((tag) => !tag.startsWith('<none>')),
    digests: listed.texts('RepoDigests').filter((name) => !name.startsWith('<none>')),
    labels: listed.map('Labels'),
    created: listed.number('Created') * 1000,
    layers: weighLayers(diffIds, sizes, image.number('Size')),
  };
}

/**
 * Layers by the id of their chain. An engine tells the size of each instruction, not of each layer: one of size 0 may be
 * a layer with names alone, or none. What cannot be told apart is counted for the layer at the bottom.
 */
export function weighLayers(
  diffIds: readonly string[],
  history: readonly number[],
  whole: number,
): ImageUsage['layers'] {
  const full = history.filter((size) => size > 0);
  const exact = history.length === diffIds.length ? history : full.length === diffIds.length ? full : undefined;
  let chain = '';
  return diffIds.map((diffId, index) => {
    chain = index === 0 ? diffId : createHash('sha256').update(`${chain} ${diffId}`).digest('hex');
    return { id: chain, size: exact === undefined ? (index === 0 ? whole : 0) : (exact[index] ?? 0) };
  });
}

function readVolume(volume: Fields, sizes: ReadonlyMap<string, number>, mounted: ReadonlySet<string>): VolumeUsage {
  const name = volume.text('Name');
  return {
    ...{ name, labels: volume.map('Labels'), used: mounted.has(name) },
    // Docker says -1 where it does not know.
    size: Math.max(0, sizes.get(name) ?? 0),
    created: Date.parse(volume.text('CreatedAt')) || 0,
  };
}

function readContainer(container: Fields, sizes: ReadonlyMap<string, number>): ContainerUsage {
  const id = container.text('Id');
  return {
    ...{ id, labels: container.map('Labels'), image: container.text('ImageID'), size: sizes.get(id) ?? 0 },
    name: (container.texts('Names')[0] ?? '').replace(/^\//, ''),
    running: container.text('State') === 'running',
    created: container.number('Created') * 1000,
  };
}
