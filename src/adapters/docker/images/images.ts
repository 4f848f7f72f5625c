import type { Image } from '../../../model/image.ts';
import type { Digest } from '../../../model/version.ts';
import { ask, askJson } from '../connection/ask.ts';
import { carriesLabels } from '../carries-labels.ts';
import type { Connection } from '../connection/connection.ts';
import { Fields } from '../connection/fields.ts';
import { readOverlay } from '../containers/read-overlay.ts';
import { imagePath, parseReference } from './reference.ts';

/** Undefined where the engine does not have it. */
export async function inspectImage(connection: Connection, reference: string): Promise<Image | undefined> {
  const path = `/images/${imagePath(reference)}/json`;
  const call = { method: 'GET', path, purpose: `inspect the image ${reference}`, repeat: 'always' } as const;
  const answer = await askJson(connection, call, [404]);
  return answer === undefined ? undefined : readImage(new Fields(answer));
}

/** Images that carry all labels, newest first. */
export async function listImages(
  connection: Connection,
  labels: readonly string[],
): Promise<Pick<Image, 'id' | 'tags'>[]> {
  // Podman 4.3 finds no image by two labels, and refuses a filter without one: the rest is compared here.
  const query = labels.length === 0 ? {} : { filters: JSON.stringify({ label: labels.slice(0, 1) }) };
  const call = { method: 'GET', path: '/images/json', purpose: 'list images', query, repeat: 'always' } as const;
  return Fields.each(await askJson(connection, call))
    .filter((image) => carriesLabels(image.map('Labels'), labels))
    .sort((a, b) => b.number('Created') - a.number('Created'))
    .map((image) => ({ id: image.text('Id'), tags: readTags(image) }));
}

/** Gives an image one more name. */
export async function tagImage(connection: Connection, source: string, target: string): Promise<void> {
  const { repository, tag = 'latest' } = parseReference(target);
  const path = `/images/${imagePath(source)}/tag`;
  const query = { repo: repository, tag };
  await ask(connection, { method: 'POST', path, query, purpose: `name an image ${target}`, repeat: 'lost' });
}

/** Takes a name away, and the image with its last one. Nothing to remove is no error. */
export async function removeImage(connection: Connection, reference: string): Promise<void> {
  const path = `/images/${imagePath(reference)}`;
  const purpose = `remove the image ${reference}`;
  await ask(connection, { method: 'DELETE', path, purpose, repeat: 'lost', patience: 120_000 }, [404]);
}

/** Engine's names of architectures → those that images use. */
export function normaliseArchitecture(name: string): string {
  return { x86_64: 'amd64', aarch64: 'arm64', armv7l: 'arm', i686: '386' }[name] ?? name;
}

function readImage(image: Fields): Image {
  const config = image.in('Config');
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
    volumes: Object.keys((config.get('Volumes') as object | null | undefined) ?? {}).sort(),
    ...readFolders(image.in('GraphDriver')),
  };
}

function readFolders(driver: Fields): Pick<Image, 'folders'> {
  const overlay = readOverlay(driver);
  return overlay === undefined ? {} : { folders: [overlay.upper, ...overlay.lower] };
}

function readTags(image: Fields): string[] {
  return image.texts('RepoTags').filter((tag) => !tag.startsWith('<none>'));
}
