import { Readable } from 'node:stream';
import type { ImageConfig } from '../../model/image.ts';
import type { ExecOptions, Runtime } from '../../ports/runtime.ts';
import { collectOutput, type ProgramOutput } from '../read-output.ts';
import { resolveBuilder } from './builder-spec.ts';

interface Question {
  readonly argv: readonly string[];
  readonly stdin?: Buffer;
}

/** Runs a program in an image, as root. */
export type Ask = (question: Question) => Promise<ProgramOutput>;

/** An image to look into. */
interface InspectedImage {
  readonly reference: string;
  readonly config: ImageConfig;
}

/**
 * Runs programs in a temporary container of an image. The container has no
 * network and nothing of the project. `owner` as for buildStep: the removal of
 * dead builders also removes the container of a killed command.
 */
export async function askImage<T>(
  runtime: Runtime,
  owner: string,
  reference: string,
  config: ImageConfig,
  work: (ask: Ask) => Promise<T>,
): Promise<T> {
  return askImages(runtime, owner, [{ reference, config }], ([ask]) => work(ask as Ask));
}

/** As askImage, for several images at once; `asks` are in the order of the images. */
export async function askImages<T>(
  runtime: Runtime,
  owner: string,
  images: readonly InspectedImage[],
  work: (asks: readonly Ask[]) => Promise<T>,
): Promise<T> {
  return inImages(runtime, owner, images, (containers) =>
    work(containers.map((container) => askContainer(runtime, container))),
  );
}

/** Runs programs in a container that runs. */
export function askContainer(
  runtime: Runtime,
  container: string,
  options: Pick<ExecOptions, 'workingDir' | 'env'> = {},
): Ask {
  return ({ argv, stdin }) =>
    collectOutput(runtime, container, {
      ...{ argv, user: '0', ...options },
      ...(stdin !== undefined && { stdin: Readable.from([stdin]) }),
    });
}

/** As askImage; `work` gets the id of the temporary container. */
export async function inImage<T>(
  runtime: Runtime,
  owner: string,
  { id: reference, config }: { readonly id: string; readonly config: ImageConfig },
  work: (container: string) => Promise<T>,
): Promise<T> {
  return inImages(runtime, owner, [{ reference, config }], ([container = '']) => work(container));
}

async function inImages<T>(
  runtime: Runtime,
  owner: string,
  images: readonly InspectedImage[],
  work: (containers: readonly string[]) => Promise<T>,
): Promise<T> {
  const started = await Promise.allSettled(images.map((image) => start(runtime, owner, image)));
  const containers = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  try {
    for (const one of started) if (one.status === 'rejected') throw one.reason;
    return await work(containers);
  } finally {
    await Promise.allSettled(containers.map((container) => runtime.remove(container)));
  }
}

async function start(runtime: Runtime, owner: string, { reference, config }: InspectedImage): Promise<string> {
  const spec = resolveBuilder({ image: reference, config, owner, folder: undefined });
  // Connecting a network takes half of an engine's time to start a container.
  const container = await runtime.create({ ...spec, network: 'none' });
  try {
    await runtime.start(container);
    return container;
  } catch (error) {
    await runtime.remove(container).catch(() => undefined);
    throw error;
  }
}
