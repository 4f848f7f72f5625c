import { createHash, randomBytes } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { DevenvError } from '../errors/devenv-error.ts';
import type { Mount } from '../model/container.ts';
import type { Reading, Word } from '../ports/changes.ts';
import type { Engine } from '../ports/engine.ts';
import { cleanText } from './clean-text.ts';
import { HelperDialogue, type Frame } from './helper-dialogue.ts';
import { readFoundRow, type FoundRow } from './read-found-row.ts';
import { tarOf } from './tar-of.ts';

export interface StorageHelperOptions {
  /** Its files are what `listChildren` shows; none of its programs ever runs. */
  readonly image: string;
  readonly mounts: readonly Mount[];
  /** Id of the container that this is done for: by it, what a killed program left is found. */
  readonly beside: string;
}

/** What a file is to be read for. */
export interface Wanted {
  /** One character per byte, relative, as all paths here. */
  readonly path: string;
  readonly mode: Exclude<Reading, 'none'>;
}

export interface HeldFile {
  readonly path: string;
  /** To be read, or left, before the next file is asked for. */
  readonly content: AsyncIterable<Uint8Array>;
}

export interface Copied {
  readonly source: string;
  readonly target: string;
  /** True for a folder that only leads to others: its time is `latest`. */
  readonly leading?: boolean;
}

export interface Copying {
  /** Seconds: nothing is made younger, and times are whole. Absent: times are as they were. */
  readonly latest?: number;
  /** Which extended attributes are copied, the overlay's own never. */
  readonly attributes: 'all' | 'capability';
}

const program = '.devenv-helper';

/** How names of what stands beside a container start. */
export function helperPrefix(container: string): string {
  return `devenv-helper-${createHash('sha256').update(container).digest('hex').slice(0, 12)}-`;
}

/** Absent for an architecture that no program is there for. */
export async function findProgram(engine: Engine): Promise<Buffer | undefined> {
  const { programs } = await import('./generated/helper-programs.ts');
  const text = programs[(await engine.info()).architecture];
  return text === undefined ? undefined : Buffer.from(text, 'base64');
}

/**
 * A container that sees folders of the engine's machine and does with them what
 * native/beside.c says. It is made of an image for that image's files; the
 * program in it is devenv's own and needs nothing of them. It ends with this
 * process, and the engine removes it then.
 */
export class StorageHelper {
  readonly #engine: Engine;
  readonly #id: string;
  readonly #dialogue: HelperDialogue;
  readonly #input: PassThrough;
  readonly #close: () => void;

  private constructor(engine: Engine, id: string, input: PassThrough, output: PassThrough, close: () => void) {
    this.#engine = engine;
    this.#id = id;
    this.#input = input;
    this.#dialogue = new HelperDialogue(input, output);
    this.#close = close;
  }

  static async start(engine: Engine, { image, mounts, beside }: StorageHelperOptions): Promise<StorageHelper> {
    const bytes = await findProgram(engine);
    if (bytes === undefined) throw new DevenvError('INTERNAL', 'There is no helper for this architecture.');
    const id = await engine.createContainer({
      name: `${helperPrefix(beside)}${randomBytes(6).toString('hex')}`,
      image,
      command: [`/${program}`],
      env: [],
      labels: { 'dev.teamvm.role': 'helper', 'dev.teamvm.origin': beside },
      user: '0:0',
      workingDir: '/',
      mounts,
      network: 'none',
      autoRemove: true,
      log: false,
      attached: true,
      stopTimeout: 0,
      // SYS_ADMIN reads and writes the overlay's own attributes, which are `trusted.*`; the others make files as they are.
      capabilities: ['SYS_ADMIN', 'DAC_OVERRIDE', ...(mounts.every(isReadOnly) ? [] : making)],
      dropCapabilities: true,
    });
    try {
      await engine.putArchive(id, '/', tarOf(program, bytes, 0o755));
      const [input, output, words] = [new PassThrough(), new PassThrough(), new PassThrough()];
      // Told to whoever asks next; until then nobody listens.
      output.on('error', () => undefined);
      const attached = await engine.attachContainer(id, { stdin: input, stdout: output, stderr: words });
      attached.ended.then(
        () => output.end(),
        (error: unknown) => output.destroy(error as Error),
      );
      await engine.startContainer(id);
      return new StorageHelper(engine, id, input, output, () => {
        attached.close();
      });
    } catch (error) {
      await engine.removeContainer(id).catch(() => undefined);
      throw error;
    }
  }

  /** A folder that is mounted, its path being empty, and every entry below it. */
  listTree(root: string): AsyncGenerator<FoundRow> {
    return this.#rows(['list', root]);
  }

  /** Entries of folders of its own image, `.` being the topmost. One that is reached through a link, or is none, has nothing. */
  listChildren(folders: readonly string[]): AsyncGenerator<FoundRow> {
    return this.#rows(['children', ...folders, '']);
  }

  /** Of files that lie below `root` and in its own image, those whose content differs. */
  async findDifferent(root: string, paths: readonly string[]): Promise<string[]> {
    const different: string[] = [];
    for await (const { kind, body } of this.#frames(['differ', root, ...paths, ''])) {
      if (kind === 'r') different.push(body.toString('latin1', 0, body.length - 1));
    }
    return different;
  }

  /** Sets what `readFiles` looks for from now on. */
  async setWords(words: readonly Word[]): Promise<void> {
    const flags = ({ anyCase, loose, inBinaries }: Word): string =>
      `p${anyCase ? 'i' : ''}${loose ? 'l' : ''}${inBinaries ? 'b' : ''}`;
    await this.#do(['words', ...words.flatMap((word) => [flags(word), word.text]), '']);
  }

  /** Those of some files that are what they are wanted for, each up to `limit` bytes. One that is gone is left out. */
  async *readFiles(root: string, limit: number, wanted: readonly Wanted[]): AsyncGenerator<HeldFile> {
    const modes = { all: 'a', word: 't', strict: 's' };
    const frames = this.#frames([
      'read',
      root,
      String(limit),
      ...wanted.flatMap(({ mode, path }) => [modes[mode], path]),
      '',
    ]);
    let next = await frames.next();
    async function* content(): AsyncGenerator<Uint8Array> {
      while (next.done !== true && next.value.kind === 'd') {
        yield next.value.body;
        next = await frames.next();
      }
    }
    try {
      while (next.done !== true) {
        if (next.value.kind !== 'f') {
          next = await frames.next();
          continue;
        }
        const path = next.value.body.toString('latin1');
        next = await frames.next();
        yield { path, content: content() };
        while (next.done !== true && next.value.kind === 'd') next = await frames.next();
      }
    } finally {
      await frames.return(undefined);
    }
  }

  /** Copies entries, each after its folders. */
  async copy(from: string, to: string, entries: readonly Copied[], { latest, attributes }: Copying): Promise<void> {
    const words = entries.flatMap(({ source, target, leading }) => [leading === true ? 'l' : 'c', source, target]);
    await this.#do(['copy', from, to, latest === undefined ? '' : String(latest), attributes, ...words, '']);
  }

  /** Makes the overlay's marks of deletions, of a time in seconds. */
  async hide(to: string, paths: readonly string[], time: number): Promise<void> {
    await this.#do(['hide', to, String(time), ...paths, '']);
  }

  /** It ends with its input; the engine removes it then by itself. */
  stop(): void {
    this.#input.end();
  }

  /** Stops it, and waits until it is gone. */
  async remove(): Promise<void> {
    this.#input.end();
    this.#close();
    await this.#engine.removeContainer(this.#id);
  }

  async #do(words: readonly string[]): Promise<void> {
    for await (const frame of this.#frames(words)) void frame;
  }

  async *#rows(words: readonly string[]): AsyncGenerator<FoundRow> {
    for await (const { kind, body } of this.#frames(words)) if (kind === 'r') yield readFoundRow(body);
  }

  async *#frames(words: readonly string[]): AsyncGenerator<Frame> {
    try {
      for await (const frames of this.#dialogue.ask(joinWords(words))) yield* frames;
    } catch (error) {
      throw failed(error);
    }
  }
}

const making = ['CHOWN', 'FOWNER', 'FSETID', 'MKNOD', 'SETFCAP'];

const isReadOnly = (mount: Mount): boolean => 'readOnly' in mount && mount.readOnly === true;

function failed(error: unknown): unknown {
  if (error instanceof DevenvError || !(error instanceof Error)) return error;
  if (error.message.endsWith(': error 28')) {
    return new DevenvError('ENGINE_REFUSED', 'The disk of the engine’s machine is full.', {
      hint: 'Free some space there, then run the same command again.',
    });
  }
  return new DevenvError('ENGINE_REFUSED', `The helper beside the workspace: ${cleanText(error.message)}.`, {
    cause: error,
  });
}

/** Ended by NUL, in pieces of some size. */
function* joinWords(words: readonly string[]): Generator<Buffer> {
  const step = 1000;
  for (let at = 0; at < words.length; at += step)
    yield Buffer.from(`${words.slice(at, at + step).join('\0')}\0`, 'latin1');
}
