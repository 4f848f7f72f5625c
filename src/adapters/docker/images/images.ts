import type { Image } from '../../../model/image.ts';
import type { Digest } from '../../../model/version.ts';
import { ask, findJson, getJson, labelled } from '../connection/ask.ts';
import { carriesLabels } from '../carries-labels.ts';
import type { Connection } from '../connection/connection.ts';
import type { Fields } from '../connection/fields.ts';
import { readOverlay } from '../containers/read-container.ts';
import { imagePath, parseReference } from './reference.ts';

/** Undefined if the engine does not have it. */
export async function inspectImage(connection: Connection, reference: string): Promise<Image | undefined> {
  const path = `/images/${imagePath(reference)}/json`;
  const image = await findJson(connection, path, `inspect the image ${reference}`);
  return image && readImage(image);
}

/** Images that carry all labels, newest first. */
export async function listImages(
  connection: Connection,
  labels: readonly string[],
): Promise<Pick<Image, 'id' | 'tags'>[]> {
  // Podman 4.3 finds nothing by two labels and refuses an empty filter: the rest is compared here.
  const query = labels.length === 0 ? {} : labelled(labels.slice(0, 1));
  // The containerd store answers 404 if an image is removed while it lists them.
  return (await getJson(connection, '/images/json', 'list images', { query, passing: 404 }))
    .each()
    .filter((image) => carriesLabels(image.map('Labels'), labels))
    .sort((a, b) => b.number('Created') - a.number('Created'))
    .map((image) => ({ id: image.text('Id'), tags: readTags(image) }));
}

/** Adds a name to an image. */
export async function tagImage(connection: Connection, source: string, target: string): Promise<void> {
  const { repository, tag = 'latest' } = parseReference(target);
  const path = `/images/${imagePath(source)}/tag`;
  const query = { repo: repository, tag };
  await ask(connection, { method: 'POST', path, query, purpose: `name an image ${target}`, repeat: 'lost' });
}

/** Removes a name, and the image with its last one. Nothing to remove is no error. */
export async function removeImage(connection: Connection, reference: string): Promise<void> {
  const path = `/images/${imagePath(reference)}`;
  const purpose = `remove the image ${reference}`;
  await ask(connection, { method: 'DELETE', path, purpose, repeat: 'lost', patience: 120_000 }, [404]);
}

/** An architecture as images name it; engines use the kernel's names. */
export function normaliseArchitecture(name: string): string {
  return { x86_64: 'amd64', aarch64: 'arm64', armv7l: 'arm', i686: '386' }[name] ?? name;
}

function readImage(image: Fields): Image {
  const config = image.in('Config');
  const overlay = readOverlay(image.in('GraphDriver'));
  return {
    id: image.text('Id'),
    tags: readTags(image),
    digests: image.texts('RepoDigests').filter((name) => !name.startsWith('<none>')),
    os: image.text('Os'),
    architecture: normaliseArchitecture(image.text('Architecture')),
    size: image.number('Size'),
    diffIds: image.in('RootFS').texts('Layers') as Digest[],
    config: {
      env: config.texts('Env'),
      labels: config.map('Labels'),
      user: config.text('User'),
      workingDir: config.text('WorkingDir'),
      entrypoint: config.texts('Entrypoint'),
      cmd: config.texts('Cmd'),
    },
    volumes: config.names('Volumes'),
    ...readHealthcheck(config.in('Healthcheck')),
    ...(config.texts('OnBuild').length > 0 && { triggers: config.texts('OnBuild') }),
    ...(overlay && { folders: [overlay.upper, ...overlay.lower] }),
  };
}

/** Engines count nanoseconds; zero is their default. */
function readHealthcheck(check: Fields): Pick<Image, 'healthcheck'> {
  const test = check.texts('Test');
  if (test.length < 2) return {};
  const time = (name: string, key: string): object =>
    check.number(name) > 0 ? { [key]: Math.round(check.number(name) / 1e6) } : {};
  const retries = check.number('Retries');
  return {
    healthcheck: {
      test,
      ...time('Interval', 'interval'),
      ...time('Timeout', 'timeout'),
      ...time('StartPeriod', 'startPeriod'),
      ...(retries > 0 && { retries }),
    },
  };
}

function readTags(image: Fields): string[] {
  return image.texts('RepoTags').filter((tag) => !tag.startsWith('<none>'));
}
