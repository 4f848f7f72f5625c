import { DevenvError } from '../../src/errors/devenv-error.ts';
import type { Image, ImageConfig } from '../../src/model/image.ts';
import type { Builder, DockerfileBuild } from '../../src/ports/build/builder.ts';
import { digestOf, type FakeImages } from './fake-images.ts';
import type { FakeRuntime } from './fake-runtime.ts';

/** Makes images of containers in memory. The files of a container decide the id of its layer. */
export class FakeBuilder implements Builder {
  readonly #images: FakeImages;
  readonly #runtime: FakeRuntime;
  /** Builds of Dockerfiles, in order, with the paths of their contexts. */
  readonly built: {
    readonly args: object;
    readonly secrets: object;
    readonly proxies: object;
    readonly hidden: readonly string[];
    readonly files: readonly string[];
    readonly text: string;
  }[] = [];

  /** Files in the caches of commands: `PROJECT ID` → content. */
  readonly #caches = new Map<string, string>();

  constructor(images: FakeImages, runtime: FakeRuntime) {
    this.#images = images;
    this.#runtime = runtime;
  }

  async commit(container: string, reference: string, config: ImageConfig): Promise<string> {
    const found = this.#runtime.containers.find(({ id, name }) => id === container || name === container);
    if (found === undefined)
      throw new DevenvError('ENGINE_REFUSED', `There is no container ${container}.`, { data: { status: 404 } });
    const known = new Set(config.env.map((line) => line.split('=')[0]));
    const leaked = found.spec.env.find((line) => !known.has(line.split('=')[0]));
    if (leaked !== undefined)
      throw new DevenvError('INTERNAL', `The image would keep the container's env ${leaked.split('=')[0] ?? ''}.`);
    const layer = digestOf(JSON.stringify([...found.files, ...found.changes]));
    return this.#images.add(reference, { diffIds: [...this.#images.require(found.image).diffIds, layer], config });
  }

  /** Understands `FROM`, `ENV`, `RUN echo`, `RUN exit` and a stage's name. Every other instruction adds a layer. */
  async build({
    reference,
    context,
    dockerfile,
    target,
    args,
    secrets = {},
    proxies,
    hidden,
    labels,
    cachesOf,
    onLine,
  }: DockerfileBuild): Promise<string> {
    const files = readFiles(await collect(context()));
    const dockerfileText = files.get(dockerfile) ?? '';
    this.built.push({ args, secrets, proxies, hidden, text: dockerfileText, files: [...files.keys()] });
    let image: Partial<Image> = {};
    for (const line of dockerfileText.split('\n')) {
      const [word = '', ...rest] = line.split(' ');
      const text = rest.join(' ');
      if (word === 'FROM' && image.diffIds !== undefined && target !== undefined) break;
      if (word === 'FROM') image = await this.#start(rest[0] ?? '');
      const config = image.config ?? { env: [], labels: {}, user: '', workingDir: '', entrypoint: [], cmd: [] };
      if (word === 'ENV') image = { ...image, config: { ...config, env: [...config.env, text] } };
      if (word === 'USER') image = { ...image, config: { ...config, user: text } };
      if (word === 'COPPY') throw new DevenvError('DOCKERFILE_INVALID', `unknown instruction: ${word}`);
      if (word !== 'RUN' && word !== 'COPY') continue;
      const cache = `${cachesOf} ${/--mount=type=cache,id=([^,]+)/.exec(text)?.[1] ?? ''}`;
      const printed = [...text.matchAll(/echo "?([^";>]*)/g)].map(([, said = '']) =>
        said
          .trim()
          .replace('$GREETING', args['GREETING'] ?? '')
          .replace('$(cat /kept/file)', this.#caches.get(cache) ?? ''),
      );
      if (text.endsWith('>/kept/file')) this.#caches.set(cache, printed.at(-1) ?? '');
      for (const one of printed) onLine(one);
      const exitCode = Number(/exit (\d+)/.exec(text)?.[1] ?? 0);
      if (exitCode !== 0) {
        const message = `The command "${text}" ended with exit code ${String(exitCode)}. ${printed.join(' ')}`;
        throw new DevenvError('STEP_FAILED', message, { data: { exitCode, output: printed } });
      }
      const layer = digestOf(JSON.stringify([line, args, ...files]));
      image = { ...image, diffIds: [...(image.diffIds ?? []), layer] };
    }
    const config = image.config ?? { env: [], labels: {}, user: '', workingDir: '', entrypoint: [], cmd: [] };
    const { diffIds = [] } = image;
    return this.#images.add(reference, { diffIds, config: { ...config, labels: { ...config.labels, ...labels } } });
  }

  async #start(reference: string): Promise<Partial<Image>> {
    const found = await this.#images.inspect(reference);
    if (found === undefined)
      throw new DevenvError('REGISTRY_UNREACHABLE', `The registry of ${reference} does not answer.`);
    return { diffIds: found.diffIds, config: found.config };
  }
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

/** Path → text of the files of a tar. */
function readFiles(tar: Buffer): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0;) {
    const header = tar.toString('latin1', at, at + 512);
    const size = Number.parseInt(header.slice(124, 135), 8);
    files.set(header.slice(0, 100).replace(/\0.*$/s, ''), tar.toString('utf8', at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}
