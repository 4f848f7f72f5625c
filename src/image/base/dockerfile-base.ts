import { Readable } from 'node:stream';
import { DevenvError } from '../../errors/devenv-error.ts';
import { replaceAdded, type AddedAddresses } from '../../environment/dockerfile/added-addresses.ts';
import { explainExcess, findExcess } from '../../environment/dockerfile/find-excess.ts';
import { quote } from '../../environment/problem.ts';
import { contentIdOf } from '../../lock/content-id.ts';
import { hashJson } from '../../lock/hash-json.ts';
import type { Image } from '../../model/image.ts';
import { listProxySecrets, listProxyVariables } from '../../model/network/proxies.ts';
import type { Digest } from '../../model/version.ts';
import { keyOfDockerfile, type DockerfileBase } from '../../model/image-inputs.ts';
import { labels } from '../../observe/labels.ts';
import { hashDockerfile } from '../../observe/dockerfile/hash-dockerfile.ts';
import { readDockerfile } from '../../observe/dockerfile/read-dockerfile.ts';
import type { Project } from '../../observe/project.ts';
import { requireImage } from '../../observe/images/require-image.ts';
import type { BuildContexts, ContextEntry, ContextRequest } from '../../ports/build/build-contexts.ts';
import type { Context } from '../../ports/context.ts';
import type { Download } from '../../ports/packages.ts';
import { ruleSet } from '../../secrets/rule-set.ts';
import type { BuildGuard } from '../guard-build.ts';
import { writeTar } from '../../model/tar/tar.ts';
import type { ProvidedBase } from './bootstrap-base.ts';
import type { Dockerfile } from '../../environment/dockerfile/parse-dockerfile.ts';
import { pinDockerfile } from './pin-dockerfile.ts';
import { inTask } from '../../observe/in-task.ts';
import type { ProgressTask } from '../../ports/progress.ts';

type DockerfilePorts = Pick<
  Context,
  'engine' | 'files' | 'buildContexts' | 'buildSecrets' | 'network' | 'progress' | 'downloads' | 'signal'
>;

interface DockerfileOptions {
  readonly project: Pick<Project, 'folder' | 'hashes' | 'environment'>;
  /** Build also what this engine has, with the newest images. */
  readonly update: boolean;
  /** Gets an image that the Dockerfile names. */
  readonly provide: (reference: string) => Promise<ProvidedBase>;
  /** Refuses secrets. Absent for an image that stays on this machine. */
  readonly guard?: Pick<BuildGuard, 'checkArgs' | 'checkBase'> | undefined;
}

/** The name of the Dockerfile that a builder gets: the one of the project stays as it is in the context. */
const sentName = '.devenv.Dockerfile';

/**
 * The name under which a builder finds a local image. Some builders ask the
 * registry in a name first: none answers at this address. Builders do not find
 * local images by digest.
 */
const localName = (image: Image): string => `localhost:1/devenv-from:${shorten(contentIdOf(image))}`;

/**
 * Builds the base of a Dockerfile, with the exact images of the lock, unless
 * this engine has it. Errors as `Builder.build` and `readDockerfile`; SECRET_FOUND.
 */
export async function buildDockerfileBase(
  ports: DockerfilePorts,
  base: DockerfileBase,
  { project, update, provide, guard }: DockerfileOptions,
): Promise<ProvidedBase> {
  guard?.checkArgs(base.args);
  const { text, dockerfile, request } = await readDockerfile(ports, project.folder, base);
  const { images } = await ports.engine();
  const resolved: Record<string, string> = {};
  const parents = new Map<string, Image>();
  for (const { reference } of dockerfile.images) {
    if (parents.has(reference)) continue;
    const provided = await provide(reference);
    const parent = await requireImage(images, provided.reference);
    refuseTriggers(base, reference, parent);
    parents.set(reference, parent);
    Object.assign(resolved, provided.resolved);
  }
  const from = [...parents.values()].map(contentIdOf);
  const inputs = project.hashes[keyOfDockerfile(base)] ?? '';
  const key = hashJson([1, ruleSet(), inputs, from]);
  const reference = `devenv-base/dockerfile:${shorten(key)}`;
  if (!update && (await images.inspect(reference)) !== undefined) return { reference, resolved };
  const { builder, capabilities } = await ports.engine();
  if (base.secrets.length > 0 && !capabilities.mountsBuildSecrets) throw refuseSecrets(base);
  const { proxies } = await ports.network();
  const hidden = listProxySecrets(proxies);
  if (hidden.length > 0) refuseDeclared(base, dockerfile);
  const secrets = base.secrets.length === 0 ? {} : await ports.buildSecrets(project, base.secrets);
  const names = new Map([...parents].map(([written, image]) => [written, localName(image)]));
  const unchecked = `${reference}-unchecked`;
  const build = async (task: ProgressTask): Promise<void> => {
    for (const [written, image] of parents) await images.tag(image.id, names.get(written) ?? '');
    const [contexts, added] = [await ports.buildContexts(), await downloadAdded(ports, dockerfile.added)];
    const pinned = pinDockerfile(replaceAdded(text, dockerfile.added), dockerfile.images, names);
    await builder.build({
      ...{ reference: unchecked, dockerfile: sentName, args: base.args, secrets, noCache: update },
      ...{ proxies: listProxyVariables(proxies), hidden: [...hidden, ...Object.values(secrets)] },
      ...(base.target !== undefined && { target: base.target }),
      context: () => pack(contexts, request, pinned, added),
      labels: { [labels.role]: 'base' },
      // A build must not read what another project's build wrote into a cache.
      cachesOf: hashJson(project.folder),
      onLine: (line) => task.update(line),
    });
    // What was sent is what the version records.
    if ((await hashDockerfile(ports, project.folder, base)) !== inputs) throw changed(base);
    await guard?.checkBase(base.dockerfile, await requireImage(images, unchecked), [...parents.values()]);
    await images.tag(unchecked, reference);
  };
  try {
    await inTask(ports.progress, `Building ${base.dockerfile}`, build);
    return { reference, resolved };
  } finally {
    for (const name of [unchecked, ...names.values()]) await images.remove(name).catch(() => undefined);
  }
}

const changed = ({ dockerfile }: DockerfileBase): DevenvError =>
  new DevenvError('CONTENT_MISMATCH', `Files that ${dockerfile} uses changed while it was built.`, {
    hint: 'Run the same command again.',
    state: 'Nothing of this build was kept, apart from the cache of the engine.',
  });

/** A declared argument stays in the history of the image, with the password of the proxy. */
function refuseDeclared({ dockerfile }: DockerfileBase, { declared }: Dockerfile): void {
  const [name, line] = [...declared].find(([each]) => /^(?:https?|all)_proxy$/i.test(each)) ?? [];
  if (name === undefined) return;
  throw new DevenvError('DOCKERFILE_INVALID', `ARG ${name} would keep the password of your proxy in the image.`, {
    at: `${dockerfile}:${String(line)}`,
    hint: 'Remove it: a build gets the proxies without it, and the image does not keep them.',
    state: 'Nothing was built.',
  });
}

const refuseSecrets = ({ dockerfile }: DockerfileBase): DevenvError =>
  new DevenvError('ENGINE_REFUSED', `${dockerfile} mounts secrets, and the builder of this engine cannot.`, {
    hint: 'Use Docker 23 or newer, whose builder is BuildKit, or pull the version that a teammate built.',
    state: 'Nothing was built.',
  });

const shorten = (digest: Digest): string => digest.slice('sha256:'.length, 'sha256:'.length + 16);

/** Refuses an image whose ONBUILD instructions ask for what no Dockerfile may. */
function refuseTriggers({ dockerfile }: DockerfileBase, reference: string, { triggers = [] }: Image): void {
  const excess = findExcess(triggers.join('\n'));
  if (excess === undefined) return;
  const [what] = explainExcess[excess.kind];
  throw new DevenvError(
    'DOCKERFILE_INVALID',
    `${quote(excess.asked.slice(0, 100))}, an ONBUILD of the image ${reference}, ${what}.`,
    { at: dockerfile, hint: 'Start from another image.', state: 'Nothing was built.' },
  );
}

/** Path in the context → the file of an address. */
async function downloadAdded(
  { downloads, signal }: Pick<DockerfilePorts, 'downloads' | 'signal'>,
  added: readonly AddedAddresses[],
): Promise<ReadonlyMap<string, Download>> {
  const found = new Map<string, Download>();
  for (const { files, sha256 } of added) {
    for (const { url, path } of files) found.set(path, await (await downloads()).fetch(url, sha256, signal));
  }
  return found;
}

/** The context as a tar, with the Dockerfile of this build and the files of addresses in it. */
function pack(
  contexts: BuildContexts,
  request: ContextRequest,
  text: string,
  added: ReadonlyMap<string, Download>,
): AsyncGenerator<Uint8Array> {
  async function* entries(): AsyncGenerator<ContextEntry> {
    const content = Buffer.from(text);
    yield { path: sentName, mode: 0o644, size: content.byteLength, content: Readable.from([content]) };
    // As builders give them.
    for (const [path, file] of added) yield { path, mode: 0o600, size: file.size, content: file };
    for await (const entry of contexts.read(request))
      if (entry.path !== sentName && !added.has(entry.path)) yield entry;
  }
  return writeTar(entries());
}
