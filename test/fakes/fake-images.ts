import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { DevenvError } from '../../src/errors/devenv-error.ts';
import type { Image, ImageConfig } from '../../src/model/image.ts';
import { readTar } from '../../src/model/tar/read-tar.ts';
import { writeTar } from '../../src/model/tar/tar.ts';
import type { Digest } from '../../src/model/version.ts';
import type { Images, TransferOptions } from '../../src/ports/images.ts';
import type { RegistryAuth } from '../../src/ports/registry.ts';

/** A registry in memory, to be shared by engines. */
export class FakeRegistryServer {
  readonly host = 'registry.test:5000';
  readonly auth: RegistryAuth = { username: 'ada', password: 'secret', server: this.host };
  /** `repository:tag` and `repository@digest` → image. */
  readonly manifests = new Map<string, Image>();
  /** Digest → a manifest or index. */
  readonly documents = new Map<string, Uint8Array>();
}

interface SavedRow {
  readonly Config: string;
  readonly RepoTags: readonly string[];
  readonly Layers: readonly string[];
}

interface SavedConfig {
  readonly rootfs: { readonly diff_ids: readonly string[] };
  readonly config: {
    readonly [Name in 'Env' | 'Entrypoint' | 'Cmd']: readonly string[];
  } & { readonly Labels: Readonly<Record<string, string>>; readonly User: string; readonly WorkingDir: string };
}

/** The config of an image as engines write it. */
export const configText = ({
  os,
  architecture,
  diffIds,
  config,
}: Pick<Image, 'os' | 'architecture' | 'diffIds' | 'config'>): string =>
  JSON.stringify({
    ...{ architecture, os },
    config: {
      ...{ Env: config.env, Labels: config.labels, User: config.user, WorkingDir: config.workingDir },
      ...{ Entrypoint: config.entrypoint, Cmd: config.cmd },
    },
    rootfs: { type: 'layers', diff_ids: diffIds },
  });

/** Images in memory, by complete references. */
export class FakeImages implements Images {
  readonly registry: FakeRegistryServer;
  /** References that were sent and fetched, in order. */
  readonly pushed: string[] = [];
  readonly pulled: string[] = [];
  readonly loaded: string[] = [];
  readonly #layers = new Map<string, Buffer>();
  /** Names that the engine does not remove, as Podman's of an image of a half-made container. */
  keeps: RegExp | undefined;
  readonly #byId = new Map<string, Image>();
  readonly #ids = new Map<string, string>();

  constructor({ registry = new FakeRegistryServer() } = {}) {
    this.registry = registry;
  }

  /** Puts an image into the engine under a name; gives its id. */
  add(reference: string, image: Partial<Image> = {}): string {
    const id = image.id ?? digestOf(`${String(this.#byId.size)} ${reference}`);
    const empty = { env: [], labels: {}, user: '', workingDir: '', entrypoint: [], cmd: [] };
    this.#byId.set(id, {
      ...{ id, tags: [], digests: [], os: 'linux', architecture: 'amd64', size: 0 },
      ...{ diffIds: [digestOf(reference)], config: empty, ...image },
    });
    this.#ids.set(whole(reference), id);
    return id;
  }

  inspect(reference: string): Promise<Image | undefined> {
    return Promise.resolve(this.find(reference));
  }

  list(labels: readonly string[]): Promise<readonly Pick<Image, 'id' | 'tags'>[]> {
    const found = [...this.#byId.values()].filter(({ config }) => carries(config.labels, labels)).reverse();
    return Promise.resolve(found.map(({ id }) => ({ id, tags: this.#tags(id) })));
  }

  async tag(source: string, target: string): Promise<void> {
    this.#ids.set(whole(target), this.require(source).id);
  }

  async remove(reference: string): Promise<void> {
    const image = this.find(reference);
    if (image === undefined) return;
    if (this.keeps?.test(reference) === true)
      throw new DevenvError('ENGINE_REFUSED', `${reference} is in use.`, { data: { status: 409 } });
    if (image.id === reference) for (const name of this.#names(image.id)) this.#ids.delete(name);
    this.#ids.delete(whole(reference));
    if (this.#tags(image.id).length === 0) this.#byId.delete(image.id);
  }

  async label(source: string, reference: string, labels: Readonly<Record<string, string>>): Promise<void> {
    const { diffIds, config } = this.require(source);
    this.add(reference, { diffIds, config: { ...config, labels: { ...config.labels, ...labels } } });
  }

  async pull(reference: string, { auth, onProgress }: TransferOptions): Promise<void> {
    const image = this.#ask(reference, auth);
    if (image === undefined) throw new DevenvError('IMAGE_NOT_FOUND', `The registry has no ${reference}.`);
    onProgress?.({ layer: image.id.slice(7, 19), status: 'Pull complete', done: 1, total: 1 });
    const digest = `${repositoryOf(reference)}@${manifestOf(image)}`;
    const known = this.#byId.get(image.id);
    this.add(reference, { ...image, digests: [...new Set([...(known?.digests ?? []), digest])] });
    this.#ids.set(digest, image.id);
    this.pulled.push(reference);
  }

  async push(reference: string, { auth }: TransferOptions): Promise<Digest> {
    const image = this.require(reference);
    this.#ask(reference, auth);
    const digest = manifestOf(image);
    this.pushed.push(reference);
    this.registry.manifests.set(whole(reference), image);
    this.registry.manifests.set(`${repositoryOf(reference)}@${digest}`, image);
    return digest;
  }

  async resolveDigest(reference: string, auth?: RegistryAuth): Promise<Digest | undefined> {
    const image = this.#ask(reference, auth);
    return image && manifestOf(image);
  }

  async readManifest(reference: string, auth?: RegistryAuth): Promise<Uint8Array | undefined> {
    this.#ask(reference, auth);
    return this.registry.documents.get(reference.slice(reference.indexOf('@') + 1));
  }

  async listTags(repository: string, most: number, auth?: RegistryAuth): Promise<readonly string[]> {
    this.#ask(repository, auth);
    const names = [...this.registry.manifests.keys()].filter((name) => name.startsWith(`${repository}:`));
    return names.map((name) => name.slice(repository.length + 1)).slice(0, most);
  }

  async deleteManifest(repository: string, digest: Digest, auth?: RegistryAuth): Promise<boolean> {
    this.#ask(repository, auth);
    const gone = [...this.registry.manifests].filter(
      ([name, image]) => name.startsWith(repository) && manifestOf(image) === digest,
    );
    for (const [name] of gone) this.registry.manifests.delete(name);
    return gone.length > 0;
  }

  /** Puts an image of these layers, uncompressed tars, into the engine. Its id is the digest of its config. */
  addLayers(reference: string, layers: readonly Buffer[], config: Partial<ImageConfig> = {}): string {
    const diffIds = layers.map((layer) => digestOf(layer));
    for (const [index, diffId] of diffIds.entries()) this.#layers.set(diffId, layers[index] as Buffer);
    const empty = { env: [], labels: {}, user: '', workingDir: '', entrypoint: [], cmd: [] };
    const image = { diffIds, config: { ...empty, ...config }, os: 'linux', architecture: 'amd64' };
    return this.add(reference, { ...image, id: digestOf(configText(image)) });
  }

  /** As Docker 25: layers and configs by digest, sorted. */
  async *save(references: readonly string[]): AsyncGenerator<Uint8Array> {
    const files = new Map<string, Buffer>();
    const rows = references.map((reference) => {
      const image = this.require(reference);
      const config = Buffer.from(configText(image));
      files.set(digestOf(config).slice(7), config);
      for (const diffId of image.diffIds) files.set(diffId.slice(7), this.#layers.get(diffId) ?? Buffer.alloc(1024));
      const blob = (digest: string): string => `blobs/sha256/${digest.slice(7)}`;
      return { Config: blob(digestOf(config)), RepoTags: [reference], Layers: image.diffIds.map(blob) };
    });
    const entries = [...files]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([hex, bytes]) => [`blobs/sha256/${hex}`, bytes] as const);
    const all = [...entries, ['manifest.json', Buffer.from(JSON.stringify(rows))] as const];
    yield* writeTar(all.map(([path, bytes]) => ({ path, mode: 0o644, size: bytes.length, content: [bytes] })));
  }

  async load(tar: AsyncIterable<Uint8Array>): Promise<void> {
    const files = new Map<string, Buffer>();
    for await (const { path, content } of readTar(tar)) files.set(path, await buffer(content));
    for (const row of JSON.parse(files.get('manifest.json')?.toString() ?? '[]') as SavedRow[]) {
      const { config, rootfs } = JSON.parse(files.get(row.Config)?.toString() ?? '') as SavedConfig;
      const layers = row.Layers.map((path, index) => {
        const bytes = files.get(path);
        const known = this.#layers.get(rootfs.diff_ids[index] ?? '');
        if (bytes === undefined && known === undefined) throw new DevenvError('ENGINE_REFUSED', `There is no ${path}.`);
        return bytes === undefined ? (known as Buffer) : bytes[0] === 0x1f ? gunzipSync(bytes) : bytes;
      });
      this.loaded.push(...row.RepoTags);
      for (const reference of row.RepoTags)
        this.addLayers(reference, layers, {
          ...{ env: config.Env, labels: config.Labels, user: config.User, workingDir: config.WorkingDir },
          ...{ entrypoint: config.Entrypoint, cmd: config.Cmd },
        });
    }
  }

  async import(tar: AsyncIterable<Uint8Array>, reference: string, config: ImageConfig): Promise<void> {
    this.addLayers(reference, [await buffer(tar)], config);
  }

  /** As inspect, synchronously. */
  find(reference: string): Image | undefined {
    const image = this.#byId.get(this.#ids.get(whole(reference)) ?? reference);
    return image && { ...image, tags: this.#tags(image.id) };
  }

  require(reference: string): Image {
    const image = this.find(reference);
    if (image === undefined) throw new DevenvError('IMAGE_NOT_FOUND', `There is no image ${reference}.`);
    return image;
  }

  #names(id: string): string[] {
    return [...this.#ids].filter(([, one]) => one === id).map(([name]) => name);
  }

  #tags(id: string): string[] {
    return this.#names(id).filter((name) => !name.includes('@'));
  }

  #ask(reference: string, auth: RegistryAuth | undefined): Image | undefined {
    const { host, auth: known, manifests } = this.registry;
    if (!reference.startsWith(`${host}/`))
      throw new DevenvError('REGISTRY_UNREACHABLE', `Nothing answers for ${reference}.`);
    if (auth?.username !== known.username || auth.password !== known.password)
      throw new DevenvError('REGISTRY_DENIED', `The registry refused ${reference}.`);
    return manifests.get(whole(reference));
  }
}

/** True if all labels (`name=value`, or a name) are among those that are there. */
export function carries(found: Readonly<Record<string, string>>, wanted: readonly string[]): boolean {
  return wanted.every((label) => {
    const [name = '', ...rest] = label.split('=');
    return rest.length === 0 ? name in found : found[name] === rest.join('=');
  });
}

export const digestOf = (text: string | Uint8Array): Digest =>
  `sha256:${createHash('sha256').update(text).digest('hex')}`;

/** The digest of the manifest under which a registry serves an image. */
export const manifestOf = ({ diffIds, config }: Image): Digest => digestOf(JSON.stringify([diffIds, config]));
const repositoryOf = (reference: string): string => reference.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
const whole = (reference: string): string => (/@|:[^/]*$/.test(reference) ? reference : `${reference}:latest`);
