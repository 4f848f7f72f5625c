import { createHash, randomBytes } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { DevenvError } from '../../../errors/devenv-error.ts';
import type { Mount } from '../../../model/container.ts';
import type { Engine } from '../../../ports/engine.ts';
import type { StartedHelper } from './helper-dialogue.ts';
import { StorageHelper } from './storage-helper.ts';
import { tarOf } from '../../docker/images/tar-of.ts';

export interface StorageHelperOptions {
  /** Its files are what `listChildren` shows; none of its programs ever runs. */
  readonly image: string;
  readonly mounts: readonly Mount[];
  /** As StartedHelper has it. */
  readonly folder?: string;
  /** Id of a container of which it shares the processes. */
  readonly processesOf?: string;
  /** Id of the container that this is done for: by it, what a killed program left is found. */
  readonly beside: string;
  /** Called with its id once the engine was asked to start it, which takes most of the time. */
  readonly onStarting?: ((id: string) => void) | undefined;
}

/** The name of devenv's program, in the root of the container that it runs in. */
export const program = '.devenv-helper';

/** How names of what stands beside a container start. */
function helperPrefix(container: string): string {
  return `devenv-helper-${createHash('sha256').update(container).digest('hex').slice(0, 12)}-`;
}

/** Absent for an architecture that no program is there for. */
export async function findProgram(engine: Pick<Engine, 'describe'>): Promise<Buffer | undefined> {
  const { programs } = await import('./generated/helper-programs.ts');
  const text = programs[(await engine.describe()).architecture];
  return text === undefined ? undefined : Buffer.from(text, 'base64');
}

/** Creates it, puts the program into it, attaches to that, and starts it. */
export async function startStorageHelper(
  engine: Pick<Engine, 'runtime' | 'describe'>,
  { image, mounts, folder, processesOf, beside, onStarting }: StorageHelperOptions,
): Promise<StorageHelper> {
  const id = await engine.runtime.create({
    name: `${helperPrefix(beside)}${randomBytes(6).toString('hex')}`,
    image,
    command: [`/${program}`],
    env: [],
    labels: { 'dev.teamvm.role': 'helper', 'dev.teamvm.origin': beside },
    user: '0:0',
    workingDir: '/',
    mounts,
    // One of its own takes a quarter of the time of starting; the program opens no socket.
    network: 'host',
    trusted: true,
    autoRemove: true,
    log: false,
    attached: true,
    stopTimeout: 0,
    // SYS_ADMIN reads and writes the overlay's own attributes, which are `trusted.*`; the others make files as they are.
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

/** Puts the program into a container that was created to run it, attaches to that, and starts it. It ends with its input. */
export async function startProgram(
  engine: Pick<Engine, 'runtime' | 'describe'>,
  id: string,
  onStarting?: StorageHelperOptions['onStarting'],
): Promise<StartedHelper> {
  const bytes = await findProgram(engine);
  if (bytes === undefined) throw new DevenvError('INTERNAL', 'There is no helper for this architecture.');
  await engine.runtime.putArchive(id, '/', tarOf(program, bytes, 0o755));
  const [input, output, words] = [new PassThrough(), new PassThrough(), new PassThrough()];
  // Told to whoever asks next; until then nobody listens.
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
