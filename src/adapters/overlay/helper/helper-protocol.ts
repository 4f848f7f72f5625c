/**
 * The requests of the helper beside a workspace, and its answers: the one table
 * that both sides are made from. `npm run helper` writes native/protocol.h from
 * it, and the types below make a request that is not in it an error.
 *
 * A request is its name, its words, and, if it has a list, the words of each
 * item and an empty word; each word ends with NUL. An answer is frames: a
 * letter, four bytes of length (little endian), that many bytes. Words and
 * frames hold the bytes of names, of any encoding.
 */
export const helperProtocol = {
  /** What words hold, and the bytes that the helper has room for, NUL included. A longer word is refused. */
  words: {
    root: { room: 1024, text: 'A folder that the helper sees, by its path.' },
    since: { room: 64, text: 'A time: seconds, a point, nine digits. Empty: no time.' },
    names: { room: 16, values: ['', 'all'], text: 'all: with a row, and the inode, of every file with several names.' },
    path: { room: 16384, text: 'A path relative to ROOT, without a slash at its start.' },
    flags: {
      room: 8,
      text: 'p, and any of b: also in binary files for mode s, l: not for mode s and not in binary files, i: in any case.',
    },
    text: {
      room: 128,
      text: 'A text to search for, 3 to 127 bytes; in lower case with flag i. In a binary file one of fewer than 8 bytes counts only within 16 printable ones.',
    },
    limit: { room: 32, text: 'Bytes of each file that are searched and sent at most.' },
    reading: {
      room: 4,
      values: ['a', 't', 's'],
      text: 'a: send the file, t: if it holds a text of `words`, or begins like a binary key or a text in UTF-16, s: if it holds one without flag l.',
    },
    latest: { room: 32, text: 'Seconds: no copy has a later time. Empty: times stay as they are.' },
    keep: {
      room: 16,
      values: ['all', 'capability', 'exact'],
      text: 'Attributes to copy: all but those that belong to a machine, or the capability alone. exact: all, those of overlays too, and files keep the fraction of a second of their time.',
    },
    copying: {
      room: 16,
      values: ['c', 't', 'l', 'h', 'd', 'r'],
      text: 'c: copy, t: copy with its own time in whole seconds, which may be after LATEST, l: copy with the time LATEST, h: mark TARGET as deleted for a layer, d: for a container, r: remove TARGET, what is below it, and its mark.',
    },
    name: { room: 256, text: 'The name of a file in ROOT.' },
    folder: { room: 4096, text: 'A folder of the machine, by its absolute path.' },
    layers: { room: 8192, text: 'Paths of layers relative to FOLDER, the topmost first, joined by colons.' },
  },

  requests: {
    now: { words: [], list: [], answer: ['t'], text: 'Sends the time. What changed before has no later one.' },
    list: {
      words: ['root', 'since'],
      list: [],
      answer: ['r'],
      text: 'Lists ROOT, with an empty path, and every entry below it that changed after SINCE.',
    },
    compare: {
      words: ['root', 'since', 'names'],
      list: [],
      answer: ['t', 'r', 'p'],
      text: 'Lists ROOT as list does, and compares each entry with the own root. Entries that are the same and did not change after SINCE are left out. Entries that only the own root has are listed in opaque folders and in those that changed after SINCE. The time comes first: what changes from then on has no earlier one.',
    },
    stack: {
      words: [],
      list: ['root'],
      answer: ['l', 'r', 'p', 'n'],
      text: 'Lists what layers, the oldest first, show together, each with what the own root has there. The number of the layer comes before each row, the sizes come last.',
    },
    weigh: { words: [], list: ['root'], answer: ['n'], text: 'Sends the sizes that stack sends, and no rows.' },
    children: {
      words: [],
      list: ['path'],
      answer: ['r'],
      text: 'Lists entries of folders of the own root; `.` is the own root itself.',
    },
    words: { words: [], list: ['flags', 'text'], answer: [], text: 'Sets the texts that read searches for.' },
    read: {
      words: ['root', 'limit'],
      list: ['reading', 'path'],
      answer: ['f', 'd'],
      text: 'Sends the files that are wanted, in any order. A file that is gone is left out.',
    },
    unlink: { words: ['root', 'name'], list: [], answer: [], text: 'Removes a file of ROOT if it exists.' },
    flush: { words: ['root'], list: [], answer: [], text: 'Starts to write the file system of ROOT to disk.' },
    flushed: { words: [], list: [], answer: [], text: 'Waits until flush is done.' },
    copy: {
      words: ['root', 'root', 'latest', 'keep'],
      list: ['copying', 'path', 'path'],
      answer: [],
      text: 'Copies entries from the first root to the second one: source path, target path. Folders come before their entries.',
    },
    group: { words: ['folder'], list: [], answer: [], text: 'Opens a control group of the machine for freeze.' },
    freeze: { words: [], list: [], answer: [], text: 'Freezes the group until thaw or the end of the helper.' },
    thaw: { words: [], list: [], answer: [], text: 'Thaws the group.' },
    enter: {
      words: ['folder', 'layers', 'folder', 'name'],
      list: [],
      answer: [],
      text: 'Makes layers the own root, read-only, with the second folder as NAME in it, and drops all rights that are not needed. For a helper that no engine made a container for.',
    },
    pair: {
      words: ['folder', 'folder'],
      list: [],
      answer: [],
      text: 'Makes a root with the first folder as `from`, read-only, and the second as `to`, and drops all rights that are not needed. For a helper that no engine made a container for.',
    },
  },

  /** Fields of rows end with NUL; a pattern says what a field holds. */
  frames: {
    t: { fields: {}, text: 'A time: seconds, a point, nine digits.' },
    r: {
      fields: {
        path: '[^]*',
        type: '[fdlpsbcw]',
        owner: String.raw`\d+:\d+:[0-7]+`,
        size: String.raw`\d+`,
        blocks: String.raw`\d+`,
        modified: String.raw`-?\d+`,
        changed: String.raw`\d+\.\d{10}`,
        target: '[^]*',
        marks: '[yr]{0,3}n?([st]d?c?)?y?',
        attributes: '[^]*',
        inode: String.raw`\d*`,
      },
      text: 'A row: path, type (w: a deletion mark), uid:gid:mode, size, blocks of 512 bytes, seconds of the last write, time of the last change of the inode, target of a link, marks, names of attributes joined by commas, and the inode if it was asked for. Marks: y: an opaque folder, r: content or name are in another layer, n: the time has a fraction of a second; in the own root there is s: the same entry, t: another one, d: which is a folder, c: which differs in content only.',
    },
    p: { fields: { path: '[^]+', type: '[fdlpsbcw]' }, text: 'An entry that only the own root has: path, type.' },
    l: { fields: {}, text: 'The number of the layer that the next row is from.' },
    n: { fields: {}, text: 'For each layer, the bytes of its files that show and that do not, each ended by NUL.' },
    f: { fields: {}, text: 'The path of a file; its content follows.' },
    d: { fields: {}, text: 'Content of a file.' },
    '!': { fields: {}, text: 'The failure of the request.' },
    e: { fields: {}, text: 'The end of the answer; every answer has one.' },
  },
} as const;

type Protocol = typeof helperProtocol;
type RequestName = keyof Protocol['requests'];
export type FrameKind = keyof Protocol['frames'];

type Word<K extends keyof Protocol['words']> = Protocol['words'][K] extends { readonly values: readonly (infer V)[] }
  ? V
  : string;
type Words<L extends readonly (keyof Protocol['words'])[]> = { readonly [I in keyof L]: Word<L[I]> };

/** A request: its name, its words, and the words of each item of its list if it has one. */
export type Request = { [N in RequestName]: RequestOf<Protocol['requests'][N], N> }[RequestName];

type RequestOf<R extends Protocol['requests'][RequestName], N> = R['list'] extends readonly []
  ? readonly [name: N, words: Words<R['words']>]
  : readonly [name: N, words: Words<R['words']>, list: Iterable<Words<R['list']>>];
