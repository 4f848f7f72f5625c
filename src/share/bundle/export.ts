import { resolve } from 'node:path';
import { DevenvError } from '../../errors/devenv-error.ts';
import { hashToHex } from '../../lock/hash-json.ts';
import type { Image } from '../../model/image.ts';
import type { Digest, Lock, Version } from '../../model/version.ts';
import { inTask } from '../../observe/in-task.ts';
import { readConfigText, readProject } from '../../observe/project.ts';
import type { Context } from '../../ports/context.ts';
import { requireLock, requireVersion } from '../../versions/require-version.ts';
import { collectSeed, collectServices, collectVersion, type CollectedImage } from './collect-images.ts';
import { writeBundle } from './write-bundle.ts';

interface ExportBundleOptions {
  /** `3`, or `1..3` for what version 3 has above version 1. Default: the current version. */
  readonly range?: string | undefined;
  /** Relative to the folder of the command. */
  readonly output: string;
  /** Include the images of services. Default: in a whole bundle. */
  readonly services?: boolean | undefined;
  /** Include the data that the team pushed. */
  readonly data: boolean;
}

export interface ExportedBundle {
  /** Absolute. */
  readonly file: string;
  /** Bytes. */
  readonly size: number;
  readonly version: number;
  /** The version that the reader has to have. */
  readonly above?: number;
  readonly services: readonly string[];
  /** Services that each machine builds from devenv.yaml: they are not in the bundle. */
  readonly built: readonly string[];
  readonly data: boolean;
}

/** Writes a version as one file. Throws VERSION_NOT_FOUND, FILE_UNWRITABLE, and what a pull throws. */
export async function exportBundle(context: Context, options: ExportBundleOptions): Promise<ExportedBundle> {
  const project = await readProject(context);
  const lock = requireLock(project);
  const { version, base } = parseRange(lock, options.range);
  const file = resolve(context.folder, options.output);
  const engine = await context.engine();
  const own = await collectVersion(context, engine, project, version);
  const below = base && (await collectVersion(context, engine, project, base));
  const { services = base === undefined } = options;
  const beside = services ? await collectServices(context, engine, project) : { collected: [], built: [] };
  const seed = options.data ? [await collectSeed(context, engine, project)] : [];
  const images = [own, ...beside.collected, ...seed];
  const content = {
    project: project.environment.name,
    ...(base !== undefined &&
      below !== undefined && {
        above: { number: base.number, layers: listShared(below.image, own.image, [...beside.collected, ...seed]) },
      }),
    images,
    lockText: project.lockText ?? '',
    environmentText: (await readConfigText(context.files, `${project.folder}/devenv.yaml`, project.folder)) ?? '',
  };
  const total = images.reduce((sum, { image }) => sum + image.size, 0);
  const write = (): Promise<number> =>
    inTask(context.progress, `Exporting version ${String(version.number)}`, async (task) => {
      const part = await (await context.largeFiles()).openPart(file);
      let read = 0;
      try {
        const save = (): AsyncIterable<Uint8Array> => {
          read = 0;
          return engine.images.save([...new Set(images.map(({ reference }) => reference))], context.signal);
        };
        return await writeBundle(part, content, save, (bytes) => task.transfer((read += bytes), Math.max(total, read)));
      } finally {
        await part.close();
      }
    });
  const size = await context.cache.alone(`bundles/${hashToHex(file).slice(0, 2)}`, write, options.output);
  return {
    ...{ file, size, version: version.number },
    ...(base !== undefined && { above: base.number }),
    services: beside.collected.flatMap(({ role }) => (role.kind === 'service' ? [role.name] : [])),
    ...{ built: beside.built, data: options.data },
  };
}

/** The bottom layers of both images, but for those that further images have. */
function listShared(below: Image, own: Image, others: readonly CollectedImage[]): readonly Digest[] {
  const first = own.diffIds.findIndex((diffId, index) => diffId !== below.diffIds[index]);
  const shared = first === -1 ? own.diffIds : own.diffIds.slice(0, first);
  const needed = new Set(others.flatMap(({ image }) => image.diffIds));
  return shared.filter((diffId) => !needed.has(diffId));
}

function parseRange(lock: Lock, range: string | undefined): { readonly version: Version; readonly base?: Version } {
  if (range === undefined) return { version: requireVersion(lock, lock.current) };
  const [, first, , second] = /^([1-9]\d{0,8})(\.\.([1-9]\d{0,8}))?$/.exec(range) ?? [];
  if (first === undefined)
    throw new DevenvError('USAGE', `"${range}" is neither a version, such as 3, nor a range, such as 1..3.`);
  if (second === undefined) return { version: requireVersion(lock, Number(first)) };
  if (first === second) throw new DevenvError('USAGE', `There is nothing between version ${first} and itself.`);
  return { version: requireVersion(lock, Number(second)), base: requireVersion(lock, Number(first)) };
}
