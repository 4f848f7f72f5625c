/*
 * Generated from src/adapters/overlay/helper/helper-protocol.ts by `npm run helper`. Do not edit.
 *
 * Requests on stdin: words that end with NUL. A list ends with an empty word.
 * Answers on stdout: frames of a letter, four bytes of length (little endian) and the content.
 *
 * Requests, and the letters of their frames; each answer ends with e, after ! if it failed:
 *   now -> t
 *       Sends the time. What changed before has no later one.
 *   list ROOT SINCE -> r
 *       Lists ROOT, with an empty path, and every entry below it that changed after SINCE.
 *   compare ROOT SINCE NAMES -> t, r, p
 *       Lists ROOT as list does, and compares each entry with the own root. Entries that are the same and did not
 *       change after SINCE are left out. Entries that only the own root has are listed in opaque folders and in those
 *       that changed after SINCE. The time comes first: what changes from then on has no earlier one.
 *   stack {ROOT}* -> l, r, p, n
 *       Lists what layers, the oldest first, show together, each with what the own root has there. The number of the
 *       layer comes before each row, the sizes come last.
 *   weigh {ROOT}* -> n
 *       Sends the sizes that stack sends, and no rows.
 *   children {PATH}* -> r
 *       Lists entries of folders of the own root; `.` is the own root itself.
 *   words {FLAGS TEXT}*
 *       Sets the texts that read searches for.
 *   read ROOT LIMIT {READING PATH}* -> f, d
 *       Sends the files that are wanted, in any order. A file that is gone is left out.
 *   unlink ROOT NAME
 *       Removes a file of ROOT if it exists.
 *   flush ROOT
 *       Starts to write the file system of ROOT to disk.
 *   flushed
 *       Waits until flush is done.
 *   copy ROOT ROOT LATEST KEEP {COPYING PATH PATH}*
 *       Copies entries from the first root to the second one: source path, target path. Folders come before their
 *       entries.
 *   group FOLDER
 *       Opens a control group of the machine for freeze.
 *   freeze
 *       Freezes the group until thaw or the end of the helper.
 *   thaw
 *       Thaws the group.
 *   enter FOLDER LAYERS FOLDER NAME
 *       Makes layers the own root, read-only, with the second folder as NAME in it, and drops all rights that are not
 *       needed. For a helper that no engine made a container for.
 *   pair FOLDER FOLDER
 *       Makes a root with the first folder as `from`, read-only, and the second as `to`, and drops all rights that are
 *       not needed. For a helper that no engine made a container for.
 *
 * Words:
 *   ROOT
 *       A folder that the helper sees, by its path.
 *   SINCE
 *       A time: seconds, a point, nine digits. Empty: no time.
 *   NAMES
 *       all: with a row, and the inode, of every file with several names.
 *   PATH
 *       A path relative to ROOT, without a slash at its start.
 *   FLAGS
 *       p, and any of b: also in binary files for mode s, l: not for mode s and not in binary files, i: in any case.
 *   TEXT
 *       A text to search for, 3 to 127 bytes; in lower case with flag i. In a binary file one of fewer than 8 bytes
 *       counts only within 16 printable ones.
 *   LIMIT
 *       Bytes of each file that are searched and sent at most.
 *   READING
 *       a: send the file, t: if it holds a text of `words`, or begins like a binary key or a text in UTF-16, s: if it
 *       holds one without flag l.
 *   LATEST
 *       Seconds: no copy has a later time. Empty: times stay as they are.
 *   KEEP
 *       Attributes to copy: all but those that belong to a machine, or the capability alone. exact: all, those of
 *       overlays too, and files keep the fraction of a second of their time.
 *   COPYING
 *       c: copy, t: copy with its own time in whole seconds, which may be after LATEST, l: copy with the time LATEST,
 *       h: mark TARGET as deleted for a layer, d: for a container, r: remove TARGET, what is below it, and its mark.
 *   NAME
 *       The name of a file in ROOT.
 *   FOLDER
 *       A folder of the machine, by its absolute path.
 *   LAYERS
 *       Paths of layers relative to FOLDER, the topmost first, joined by colons.
 *
 * Frames:
 *   t
 *       A time: seconds, a point, nine digits.
 *   r
 *       A row: path, type (w: a deletion mark), uid:gid:mode, size, blocks of 512 bytes, seconds of the last write,
 *       time of the last change of the inode, target of a link, marks, names of attributes joined by commas, and the
 *       inode if it was asked for. Marks: y: an opaque folder, r: content or name are in another layer, n: the time
 *       has a fraction of a second; in the own root there is s: the same entry, t: another one, d: which is a folder,
 *       c: which differs in content only.
 *   p
 *       An entry that only the own root has: path, type.
 *   l
 *       The number of the layer that the next row is from.
 *   n
 *       For each layer, the bytes of its files that show and that do not, each ended by NUL.
 *   f
 *       The path of a file; its content follows.
 *   d
 *       Content of a file.
 *   !
 *       The failure of the request.
 *   e
 *       The end of the answer; every answer has one.
 */

/* Bytes of the longest word of each kind, NUL included. */
#define ROOM_root 1024
#define ROOM_since 64
#define ROOM_names 16
#define ROOM_path 16384
#define ROOM_flags 8
#define ROOM_text 128
#define ROOM_limit 32
#define ROOM_reading 4
#define ROOM_latest 32
#define ROOM_keep 16
#define ROOM_copying 16
#define ROOM_name 256
#define ROOM_folder 4096
#define ROOM_layers 8192

/* For each request: name, number of words, words of each item of its list (0: no list), letters of its frames. */
#define REQUESTS(REQUEST) \
  REQUEST(now, 0, 0, "t") \
  REQUEST(list, 2, 0, "r") \
  REQUEST(compare, 3, 0, "trp") \
  REQUEST(stack, 0, 1, "lrpn") \
  REQUEST(weigh, 0, 1, "n") \
  REQUEST(children, 0, 1, "r") \
  REQUEST(words, 0, 2, "") \
  REQUEST(read, 2, 2, "fd") \
  REQUEST(unlink, 2, 0, "") \
  REQUEST(flush, 1, 0, "") \
  REQUEST(flushed, 0, 0, "") \
  REQUEST(copy, 4, 3, "") \
  REQUEST(group, 1, 0, "") \
  REQUEST(freeze, 0, 0, "") \
  REQUEST(thaw, 0, 0, "") \
  REQUEST(enter, 4, 0, "") \
  REQUEST(pair, 2, 0, "")
