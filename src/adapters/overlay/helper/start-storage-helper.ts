import { createHash, randomBytes } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { DevenvError } from '../../../errors/devenv-error.ts';
import type { Mount } from '../../../model/container.ts';
import type { Engine } from '../../../ports/engine.ts';
import type { StartedHelper } from './helper-dialogue.ts';
import { StorageHelper } from './storage-helper.ts';
import { tarOf } from '../../../model/tar/tar.ts';

interface StorageHelperOptions {
  /** The helper's own root; none of its programs runs. */
  readonly image: string;
  readonly mounts: readonly Mount[];
  /** As StartedHelper has it. */
  readonly folder?: string;
  /** Id of a container whose processes it sees. */
  readonly processesOf?: string;
  /** Id of the container that it works for, by which leftovers are found. */
  readonly beside: string;
  /** Called with its id as soon as the engine was asked to start it. */
  readonly onStarting?: ((id: string) => void) | undefined;
}

/** Name of devenv's program in the root of its container. */
export const program = '.devenv-helper';

/** The program for the engine's architecture, if there is one. */
export async function findProgram(engine: Pick<Engine, 'describe'>): Promise<Buffer | undefined> {
  const { programs } = await import('./generated/helper-programs.ts');
  const text = programs[(await engine.describe()).architecture];
  return text === undefined ? undefined : Buffer.from(text, 'base64');
}

/** Starts a helper in a container of its own. */
export async function startStorageHelper(
  engine: Pick<Engine, 'runtime' | 'describe'>,
  { image, mounts, folder, processesOf, beside, onStarting }: StorageHelperOptions,
): Promise<StorageHelper> {
  const id = await engine.runtime.create({
    name: `devenv-helper-${createHash('sha256').update(beside).digest('hex').slice(0, 12)}-${randomBytes(6).toString('hex')}`,
    image,
    command: [`/${program}`],
    env: [],
    labels: { 'dev.teamvm.role': 'helper', 'dev.teamvm.origin': beside },
    user: '0:0',
    workingDir: '/',
    mounts,
    // A network of its own takes a quarter of the time of starting, and the program opens no socket.
    network: 'host',
    trusted: true,
    autoRemove: true,
    log: false,
    attached: true,
    stopTimeout: 0,
    // SYS_ADMIN is for the overlay's `trusted.*` attributes, the others for files of any owner and type.
    capabilities: ['SYS_ADMIN', 'DAC_OVERRIDE', ...(mounts.every(isReadOnly) ? [] : making)],
    dropCapabilities: true,
    ...(processesOf !== undefined && { beside: processesOf }),
  });
  try {
    return new StorageHelper({
      ...(await startProgram(engine, id, onStarting)),
      ...(folder !== undefined && { folder }),
    });
  } catch (error) {
    await engine.runtime.remove(id).catch(() => undefined);
    throw error;
  }
}

/** Puts the program into a created container, attaches to it, and starts it. The program ends with its input. */
export async function startProgram(
  engine: Pick<Engine, 'runtime' | 'describe'>,
  id: string,
  onStarting?: StorageHelperOptions['onStarting'],
): Promise<StartedHelper> {
  const bytes = await findProgram(engine);
  if (bytes === undefined) throw new DevenvError('INTERNAL', 'There is no helper for this architecture.');
  await engine.runtime.putArchive(id, '/', tarOf(program, bytes, 0o755));
  const [input, output, words] = [new PassThrough(), new PassThrough(), new PassThrough()];
  // The next request reports it.
  output.on('error', () => undefined);
  const attached = await engine.runtime.attach(id, { stdin: input, stdout: output, stderr: words });
  attached.ended.then(
    () => output.end(),
    (error: unknown) => output.destroy(error as Error),
  );
  await engine.runtime.start(id, () => onStarting?.(id));
  const close = (): void => {
    attached.close();
  };
  return { input, output, close, remove: () => engine.runtime.remove(id) };
}

const making = ['CHOWN', 'FOWNER', 'FSETID', 'MKNOD', 'SETFCAP'];

const isReadOnly = (mount: Mount): boolean => 'readOnly' in mount && mount.readOnly === true;
