import type { ReadOptions, Word } from '../../../ports/changes.ts';
import type { LayerWeight } from '../../../ports/layers.ts';
import { HelperDialogue, type Frame, type StartedHelper } from './helper-dialogue.ts';
import type { Request } from './helper-protocol.ts';
import { readFound, readRow, type Found, type Row } from './row.ts';
import type { Copied, Copying, HeldFile, Wanted } from './storage-request.ts';

/**
 * Devenv's own program beside a workspace (see native/README.md). It runs in a
 * container made of an image, which the engine removes when the program ends, or
 * as a process of this machine, and sees folders of the engine's machine. The
 * image's files are its own root; it runs none of them. It ends with this process.
 */
export class StorageHelper {
  readonly #dialogue: HelperDialogue;
  readonly #started: StartedHelper;

  constructor(started: StartedHelper) {
    this.#started = started;
    this.#dialogue = new HelperDialogue(started.input, started.output);
  }

  /** The container's upper folder on the engine's machine; empty if it sees none. */
  get folder(): string {
    return this.#started.folder ?? '';
  }

  /** Folder of the control group that it may freeze. */
  get group(): string | undefined {
    return this.#started.group;
  }

  /** Makes layers its own root, with another folder in it: for a helper that runs as a process. */
  async enter(folder: string, layers: string, source: string, name: string): Promise<void> {
    if (this.group !== undefined) await this.#do(['group', [this.group]]);
    await this.#do(['enter', [folder, layers, source, name]]);
  }

  /** Makes two folders its own root, `from` read-only and `to`: for a helper that runs as a process. */
  async pair(from: string, to: string): Promise<void> {
    await this.#do(['pair', [from, to]]);
  }

  /** Freezes its group until `thaw`, or until the program ends, however that happens. */
  async freeze(): Promise<void> {
    await this.#do(['freeze', []]);
  }

  async thaw(): Promise<void> {
    await this.#do(['thaw', []]);
  }

  /** The time in seconds, with nine digits after the point. Everything that changed before has no later one. */
  async now(): Promise<string> {
    for await (const { kind, text } of this.#frames(['now', []])) if (kind === 't') return text;
    return '';
  }

  /**
   * Lists a folder, with an empty path, and every entry below it, without files
   * that did not change after `after`, a time as in rows.
   */
  listTree(root: string, after = ''): AsyncGenerator<Row> {
    return this.#rows(['list', [root, after]]);
  }

  /**
   * Lists the same, in batches as they arrive, each entry with its twin: the
   * entry of its own image at the same path. Entries that only the image has are
   * listed in opaque folders and in folders that changed after `since`, a time as
   * in rows. Entries that did not change after it and equal their twin are left
   * out, except, with `names`, files with several names; those have their inodes.
   * `onBegun` is called first, with the time in seconds: everything that changes
   * from then on has no earlier one.
   */
  async *compareTree(
    root: string,
    since: string | undefined,
    names = false,
    onBegun?: (time: string) => void,
  ): AsyncGenerator<readonly Found[]> {
    for await (const frames of this.#dialogue.ask(['compare', [root, since ?? '', names ? 'all' : '']])) {
      if (frames[0]?.kind === 't') onBegun?.(frames[0].text);
      yield frames.flatMap((frame) => readFound(frame) ?? []);
    }
  }

  /**
   * Lists what layers, the oldest first, show together, sorted as above, each
   * entry with its twin; and entries that only the image has, in folders that
   * hide everything below all layers.
   */
  async *stackLayers(roots: readonly string[]): AsyncGenerator<readonly Found[]> {
    let layer = 0;
    for await (const frames of this.#dialogue.ask(['stack', [], eachAlone(roots)])) {
      yield frames.flatMap((frame) => {
        if (frame.kind === 'l') layer = Number(frame.text);
        return readFound(frame, layer) ?? [];
      });
    }
  }

  /** Bytes of files of each of such layers. A file with several names counts for each of them. */
  async weighLayers(roots: readonly string[]): Promise<readonly LayerWeight[]> {
    const numbers: number[] = [];
    for await (const { kind, text } of this.#frames(['weigh', [], eachAlone(roots)])) {
      if (kind === 'n') numbers.push(...text.split('\0').map(Number));
    }
    return roots.map((_, index) => ({ live: numbers[2 * index] ?? 0, dead: numbers[2 * index + 1] ?? 0 }));
  }

  /** Entries of folders of its own image; `.` is its root. A path through a link, or to no folder, has no entries. */
  listChildren(folders: readonly string[]): AsyncGenerator<Row> {
    return this.#rows(['children', [], eachAlone(folders)]);
  }

  /** Those of some files that match what they are wanted for, each up to `limit` bytes. A file that is gone is left out. */
  async *readFiles(
    root: string,
    { words: searched, limit }: Pick<ReadOptions, 'words' | 'limit'>,
    wanted: Iterable<Wanted>,
  ): AsyncGenerator<HeldFile> {
    const flags = ({ anyCase, loose, inBinaries }: Word): string =>
      `p${anyCase ? 'i' : ''}${loose ? 'l' : ''}${inBinaries ? 'b' : ''}`;
    function* items(): Generator<readonly ['a' | 't' | 's', string]> {
      for (const { mode, path } of wanted) yield [readModes[mode], path];
    }
    // Both are sent at once, so that no other search sets its words in between.
    const setting = this.#do(['words', [], searched.map((word) => [flags(word), word.text] as const)]);
    const frames = this.#frames(['read', [root, String(limit)], items()]);
    let [next] = await Promise.all([frames.next(), setting]);
    async function* content(): AsyncGenerator<Uint8Array> {
      while (next.done !== true && next.value.kind === 'd') {
        yield next.value.body;
        next = await frames.next();
      }
    }
    try {
      while (next.done !== true) {
        if (next.value.kind !== 'f') next = await frames.next();
        else {
          const path = next.value.text;
          next = await frames.next();
          yield { path, content: content() };
        }
      }
    } finally {
      await frames.return(undefined);
    }
  }

  /** Copies or marks entries, each after its folders. */
  async copy(from: string, to: string, entries: Iterable<Copied>, { latest, attributes }: Copying): Promise<void> {
    function* items(): Generator<readonly [(typeof copyModes)[Copied['how']], string, string]> {
      for (const { how, path, source = path } of entries) yield [copyModes[how], source, path];
    }
    await this.#do(['copy', [from, to, String(latest ?? ''), attributes], items()]);
  }

  /** Removes a file of a folder, if it exists. */
  async unlink(root: string, name: string): Promise<void> {
    await this.#do(['unlink', [root, name]]);
  }

  /** Starts to write the file system of a folder to disk; other requests are answered meanwhile. */
  async beginFlush(root: string): Promise<void> {
    await this.#do(['flush', [root]]);
  }

  /** Waits until the flush is done. */
  async endFlush(): Promise<void> {
    await this.#do(['flushed', []]);
  }

  /** Ends its input, which ends the program; the engine then removes its container. */
  stop(): void {
    this.#started.input.end();
  }

  /** Stops it and waits until it is gone. */
  async remove(): Promise<void> {
    this.#started.input.end();
    this.#started.close();
    await this.#started.remove();
  }

  async #do(request: Request): Promise<void> {
    for await (const frames of this.#dialogue.ask(request)) void frames;
  }

  async *#rows(request: Request): AsyncGenerator<Row> {
    for await (const { kind, text } of this.#frames(request)) if (kind === 'r') yield readRow(text);
  }

  async *#frames(request: Request): AsyncGenerator<Frame> {
    for await (const frames of this.#dialogue.ask(request)) yield* frames;
  }
}

const readModes = { all: 'a', word: 't', strict: 's' } as const;
const copyModes = { copied: 'c', timed: 't', leading: 'l', hidden: 'h', deleted: 'd', removed: 'r' } as const;

const eachAlone = (words: readonly string[]): readonly (readonly [string])[] => words.map((word) => [word]);
