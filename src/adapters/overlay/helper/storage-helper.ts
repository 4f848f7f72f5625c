import type { Readable, Writable } from 'node:stream';
import type { ReadOptions, Word } from '../../../ports/changes.ts';
import type { LayerWeight } from '../../../ports/layers.ts';
import type { Found } from '../changes/delta-walk.ts';
import { explainHelperFailure } from './explain-helper-failure.ts';
import { HelperDialogue, type Frame } from './helper-dialogue.ts';
import { joinWords } from '../../docker/connection/join-words.ts';
import { addFound } from './read-found.ts';
import { readFoundRow, type FoundRow } from './read-found-row.ts';
import type { Copied, Copying, HeldFile, Wanted } from './storage-request.ts';

/** The program, wherever it runs. */
export interface StartedHelper {
  /** The container's upper folder on the engine's machine, where it sees one. */
  readonly folder?: string;
  /** Folder of the container's control group, where the program may keep it still. */
  readonly group?: string;
  readonly input: Writable;
  readonly output: Readable;
  /** Ends the connection to it, and so the program. */
  readonly close: () => void;
  /** Waits until nothing of it is left. */
  readonly remove: () => Promise<void>;
}

/**
 * Devenv's own program, beside an image's files, that sees folders of the
 * engine's machine and does with them what native/beside.c says; it needs
 * nothing of these files. It runs in a container that is made of the image, and
 * which the engine removes when it ends, or on this machine itself. It ends
 * with this process.
 */
export class StorageHelper {
  readonly #dialogue: HelperDialogue;
  readonly #started: StartedHelper;
  /** The container's upper folder on the engine's machine; empty where it sees none. */
  readonly folder: string;
  readonly group: string | undefined;

  constructor(started: StartedHelper) {
    this.group = started.group;
    this.folder = started.folder ?? '';
    this.#started = started;
    this.#dialogue = new HelperDialogue(started.input, started.output);
  }

  /** Makes layers its own root, with another folder in it: where no container was made for it. */
  async enter(folder: string, layers: string, source: string, name: string): Promise<void> {
    if (this.group !== undefined) await this.#do(['group', this.group]);
    await this.#do(['enter', folder, layers, source, name]);
  }

  /** Lets nothing of its group run until `thaw`, or until the program ends, however it does. */
  async freeze(): Promise<void> {
    await this.#do(['freeze']);
  }

  async thaw(): Promise<void> {
    await this.#do(['thaw']);
  }

  /** The time in seconds, with nine digits after the point: what changed before has no later one. */
  async now(): Promise<string> {
    let time = '';
    for await (const { kind, text } of this.#frames(['now'])) if (kind === 't') time = text;
    return time;
  }

  /**
   * A folder that is mounted, its path being empty, and every entry below it;
   * with `after`, a time as in rows, of files those alone that changed after it.
   */
  listTree(root: string, after = ''): AsyncGenerator<FoundRow> {
    return this.#rows(['list', root, after]);
  }

  /**
   * The same, as many at once as arrived, each with what its own image has in
   * its place; and what only that image has, where it counts: in folders that
   * hide what lies below them, or that changed after `since`, a time as in rows.
   * What did not change after it and looks the same there is left out; but for
   * files with several names where `names`, which then have their inodes.
   * `onBegun`: called first, with the time in seconds: what changes from then on
   * has that or a later one.
   */
  async *compareTree(
    root: string,
    since: string | undefined,
    names = false,
    onBegun?: (time: string) => void,
  ): AsyncGenerator<readonly Found<FoundRow>[]> {
    for await (const frames of this.#answer(['compare', root, since ?? '', names ? 'all' : ''])) {
      if (frames[0]?.kind === 't') onBegun?.(frames[0].text);
      const found: Found<FoundRow>[] = [];
      for (const frame of frames) addFound(found, frame);
      yield found;
    }
  }

  /**
   * What layers, the oldest first, show together when each lies on the one
   * before, sorted as above, and each with what its own image has in its place;
   * and what only that has in folders that hide what is below all layers.
   */
  async *stackLayers(roots: readonly string[]): AsyncGenerator<readonly Found<FoundRow>[]> {
    let layer = 0;
    for await (const frames of this.#answer(['stack', ...roots, ''])) {
      const found: Found<FoundRow>[] = [];
      for (const frame of frames) {
        if (frame.kind === 'l') layer = Number(frame.text);
        else addFound(found, frame, layer);
      }
      yield found;
    }
  }

  /** Bytes of files of each of such layers. One with several names counts for each of them. */
  async weighLayers(roots: readonly string[]): Promise<readonly LayerWeight[]> {
    const numbers: number[] = [];
    for await (const { kind, text } of this.#frames(['weigh', ...roots, ''])) {
      if (kind === 'n') numbers.push(...text.split('\0').map(Number));
    }
    return roots.map((_, index) => ({ live: numbers[2 * index] ?? 0, dead: numbers[2 * index + 1] ?? 0 }));
  }

  /** Entries of folders of its own image, `.` being the topmost. One that is reached through a link, or is none, has nothing. */
  listChildren(folders: readonly string[]): AsyncGenerator<FoundRow> {
    return this.#rows(['children', ...folders, '']);
  }

  /** Those of some files that are what they are wanted for, each up to `limit` bytes. One that is gone is left out. */
  async *readFiles(
    root: string,
    { words: searched, limit }: Pick<ReadOptions, 'words' | 'limit'>,
    wanted: Iterable<Wanted>,
  ): AsyncGenerator<HeldFile> {
    const flags = ({ anyCase, loose, inBinaries }: Word): string =>
      `p${anyCase ? 'i' : ''}${loose ? 'l' : ''}${inBinaries ? 'b' : ''}`;
    const modes = { all: 'a', word: 't', strict: 's' };
    function* words(): Generator<string> {
      yield* ['read', root, String(limit)];
      for (const { mode, path } of wanted) yield `${modes[mode]}\0${path}`;
      yield '';
    }
    // Both are asked before anybody else can ask for other words in between.
    const setting = this.#do(['words', ...searched.flatMap((word) => [flags(word), word.text]), '']);
    const frames = this.#frames(words());
    let [next] = await Promise.all([frames.next(), setting]);
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
        const path = next.value.text;
        next = await frames.next();
        yield { path, content: content() };
        while (next.done !== true && next.value.kind === 'd') next = await frames.next();
      }
    } finally {
      await frames.return(undefined);
    }
  }

  /** Copies entries, each after its folders, and makes marks of what is `hidden`. */
  async copy(from: string, to: string, entries: Iterable<Copied>, { latest, attributes }: Copying): Promise<void> {
    const modes = { copied: 'c', leading: 'l', hidden: 'h' };
    function* words(): Generator<string> {
      yield* ['copy', from, to, String(latest ?? ''), attributes];
      for (const { how, path, source = path } of entries) yield* [modes[how], source, path];
      yield '';
    }
    await this.#do(words());
  }

  /** Removes a file of a folder, if it is there. */
  async unlink(root: string, name: string): Promise<void> {
    await this.#do(['unlink', root, name]);
  }

  /** Begins to put on disk what the file system of a folder has in memory, and answers other questions meanwhile. */
  async beginFlush(root: string): Promise<void> {
    await this.#do(['flush', root]);
  }

  /** Waits until that is done. */
  async endFlush(): Promise<void> {
    await this.#do(['flushed']);
  }

  /** It ends with its input; the engine removes its container then by itself. */
  stop(): void {
    this.#started.input.end();
  }

  /** Stops it, and waits until it is gone. */
  async remove(): Promise<void> {
    this.#started.input.end();
    this.#started.close();
    await this.#started.remove();
  }

  async #do(words: Iterable<string>): Promise<void> {
    for await (const frames of this.#answer(words)) void frames;
  }

  async *#rows(words: Iterable<string>): AsyncGenerator<FoundRow> {
    for await (const { kind, text } of this.#frames(words)) if (kind === 'r') yield readFoundRow(text);
  }

  async *#frames(words: Iterable<string>): AsyncGenerator<Frame> {
    for await (const frames of this.#answer(words)) yield* frames;
  }

  async *#answer(words: Iterable<string>): AsyncGenerator<readonly Frame[]> {
    try {
      yield* this.#dialogue.ask(joinWords(words));
    } catch (error) {
      throw explainHelperFailure(error);
    }
  }
}
