import { createHash } from 'node:crypto';
import { pinDockerfile } from '../../environment/dockerfile/pin-dockerfile.ts';
import { keyOfDockerfile, type DockerfileBase } from '../../model/image-inputs.ts';
import { labels } from '../../observe/labels.ts';
import { readDockerfile } from '../../observe/dockerfile/read-dockerfile.ts';
import type { Project } from '../../observe/project.ts';
import { requireImage } from '../../observe/images/require-image.ts';
import type { BuildContexts, ContextEntry, ContextRequest } from '../../ports/build/build-contexts.ts';
import type { Context } from '../../ports/context.ts';
import { ruleSet } from '../../secrets/rule-set.ts';
import type { BuildGuard } from '../guard-build.ts';
import { writeTar } from '../steps/tar.ts';
import { pinReference } from './pin-reference.ts';
import type { ProvidedBase } from './bootstrap-base.ts';

export type DockerfilePorts = Pick<Context, 'engine' | 'files' | 'buildContexts' | 'progress'>;

export interface DockerfileOptions {
  readonly project: Pick<Project, 'folder' | 'hashes'>;
  /** Build also what this engine has, with the newest images. */
  readonly update: boolean;
  /** Gets an image that the Dockerfile names. */
  readonly provide: (reference: string) => Promise<ProvidedBase>;
  /** Refuses secrets. Absent for an image that stays on this machine. */
  readonly guard?: Pick<BuildGuard, 'checkArgs' | 'checkBase'> | undefined;
}

/** Where a Dockerfile is in a context that does not have it. */
const besides = '.devenv.Dockerfile';

/**
 * Builds the base of a Dockerfile, with the exact images of the lock, unless
 * this engine has it. Errors as `Builder.build` and `readDockerfile`; SECRET_FOUND.
 */
export async function buildDockerfileBase(
  ports: DockerfilePorts,
  base: DockerfileBase,
  { project, update, provide, guard }: DockerfileOptions,
): Promise<ProvidedBase> {
  const { engine: connect, progress } = ports;
  guard?.checkArgs(base.args);
  const { text, dockerfile, request } = await readDockerfile(ports, project.folder, base);
  const exact = new Map<string, string>();
  const resolved: Record<string, string> = {};
  for (const { reference } of dockerfile.images) {
    if (exact.has(reference)) continue;
    const provided = await provide(reference);
    const digest = provided.resolved[reference];
    exact.set(reference, digest === undefined ? provided.reference : pinReference(reference, digest));
    Object.assign(resolved, provided.resolved);
  }
  const { images, builder } = await connect();
  const parents = await Promise.all([...exact.values()].map((name) => requireImage(images, name)));
  const layers = parents.map(({ diffIds }) => diffIds);
  const inputs = project.hashes[keyOfDockerfile(base)] ?? '';
  const key = createHash('sha256')
    .update(JSON.stringify([1, ruleSet(), inputs, layers]))
    .digest('hex')
    .slice(0, 16);
  const reference = `devenv-base/dockerfile:${key}`;
  if (!update && (await images.inspect(reference)) !== undefined) return { reference, resolved };
  const task = progress.task(`Building ${base.dockerfile}`);
  const unchecked = `${reference}-unchecked`;
  try {
    const place = findPlace(base, request);
    const pinned = pinDockerfile(text, dockerfile.images, exact);
    await builder.build({
      ...{ reference: unchecked, dockerfile: place, args: base.args, noCache: update },
      ...(base.target !== undefined && { target: base.target }),
      context: writeTar(withDockerfile(await ports.buildContexts(), request, place, pinned)),
      labels: { [labels.role]: 'base' },
      onLine: (line) => {
        task.update(line);
      },
    });
    await guard?.checkBase(base.dockerfile, await requireImage(images, unchecked), parents);
    await images.tag(unchecked, reference);
    task.done();
    return { reference, resolved };
  } catch (error) {
    task.fail();
    throw error;
  } finally {
    await images.remove(unchecked).catch(() => undefined);
  }
}

/** The path of the Dockerfile in its context. */
function findPlace({ dockerfile, context }: DockerfileBase, { takes }: ContextRequest): string {
  const prefix = context === '.' ? '' : `${context}/`;
  const inside = dockerfile.startsWith(prefix) ? dockerfile.slice(prefix.length) : undefined;
  return inside !== undefined && takes(inside) ? inside : besides;
}

/** The context with the Dockerfile of this build in it. */
async function* withDockerfile(
  contexts: BuildContexts,
  request: ContextRequest,
  place: string,
  text: string,
): AsyncGenerator<ContextEntry> {
  const content = Buffer.from(text);
  yield { path: place, mode: 0o644, size: content.byteLength, content: once(content) };
  for await (const entry of contexts.read(request)) {
    if (entry.path !== place) yield entry;
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}
