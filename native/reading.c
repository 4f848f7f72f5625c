/*
 * Request read: sends files whose content is wanted.
 * Invariant: only the first process writes frames. The second one looks into files and names those that are
 * wanted; the first one opens them again and sends them.
 */

static int is_text(u8 byte) { return (byte >= 32 && byte < 127) || (byte >= 9 && byte <= 13); }

/* Tells whether a file is text in UTF-16: by its mark, or by four characters of ASCII. */
static int begins_like_utf16(const u8 *at) {
  if ((at[0] == 255 && at[1] == 254) || (at[0] == 254 && at[1] == 255)) return 1;
  for (int order = 0; order < 2; order++) {
    int fits = 1;
    for (int i = 0; i < 8; i++) fits &= i % 2 == order ? is_text(at[i]) : at[i] == 0;
    if (fits) return 1;
  }
  return 0;
}

/*
 * Tells whether a file may be a key or a key store in binary: DER that begins with a version or an encryption,
 * Java's and KeePass's marks, a secret key of OpenPGP. The caller judges it.
 */
static int begins_like_key(const u8 *at) {
  if (at[0] == 0x30) {
    const u8 *inner = at + 2 + (at[1] > 128 && at[1] < 132 ? at[1] - 128 : 0);
    return inner[0] == 0x30 || (inner[0] == 2 && inner[1] == 1 && inner[2] <= 3);
  }
  if (at[0] == 0x94) return at[2] == 4;
  if (at[0] == 0x95) return at[3] == 4;
  if (at[0] == 0xc5) return at[2] == 4 || at[3] == 4 || at[6] == 4;
  return (at[0] == 0xfe && at[1] == 0xed && at[2] == 0xfe && at[3] == 0xed) ||
         (at[0] == 0xce && at[1] == 0xce && at[2] == 0xce && at[3] == 0xce) ||
         (at[0] == 3 && at[1] == 0xd9 && at[2] == 0xa2 && at[3] == 0x9a);
}

/* Tells whether the first `limit` bytes of a file hold a search word that applies to it. */
static int holds_wanted_word(i64 file, char mode, u64 limit) {
  const struct words *words = mode == 's' ? &strict : &plain;
  u64 kept = 0, seen = 0;
  int is_text = 1;
  while (seen < limit) {
    u64 room = sizeof content - kept;
    if (room > limit - seen) room = limit - seen;
    i64 n = read_whole(file, content + kept, room);
    if (n <= 0) return 0;
    if (seen == 0) {
      if (mode != 's' && n >= 8 && (begins_like_utf16(content) || begins_like_key(content))) return 1;
      for (u64 i = 0; i < (u64)n && i < 8192; i++)
        if (content[i] == 0) {
          words = mode == 's' ? &binary : &strict;
          is_text = 0;
          break;
        }
    }
    seen += (u64)n;
    u64 length = kept + (u64)n;
    if (holds_word(words, content, length, is_text)) return 1;
    kept = length < 128 ? length : 128;
    move_down(content, content + length - kept, kept);
  }
  return 0;
}

static u64 reading_limit;
static i64 reading_base;

/* The folder of the file that was opened before: most files are in the same one. */
static struct {
  i64 at;
  u64 length;
  char name[sizeof path];
} same_folder = {-1, 0, ""};

static void close_same_folder(void) {
  if (same_folder.at >= 0) sys(close, same_folder.at, 0, 0, 0, 0);
  same_folder.at = -1;
}

/* Does the same as open_path on the root of the request. */
static i64 open_in_same_folder(const char *full) {
  char name[256];
  u64 length = 0;
  for (u64 n = 0; full[n]; n++)
    if (full[n] == '/') length = n + 1;
  if (same_folder.at < 0 || length != same_folder.length || !starts_with(full, same_folder.name)) {
    close_same_folder();
    same_folder.at = open_above(reading_base, full, name);
    if (same_folder.at < 0) return same_folder.at;
    memcpy(same_folder.name, full, length);
    same_folder.name[length] = 0;
    same_folder.length = length;
  }
  return sys(openat, same_folder.at, full[length] ? full + length : ".", O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC, 0, 0);
}

/* Opens a file if it is wanted. A file that is gone, or is no regular file any more, is not. */
static i64 open_if_wanted(const char *name, char mode) {
  struct status status;
  i64 file = open_in_same_folder(name);
  if (file < 0) return file;
  if (read_status(file, "", &status) == 0 && type_of(&status) == 'f' &&
      (mode == 'a' || holds_wanted_word(file, mode, status.size < reading_limit ? status.size : reading_limit)))
    return file;
  sys(close, file, 0, 0, 0, 0);
  return -ENOENT;
}

static void send_file(const char *name, char mode) {
  i64 file = open_if_wanted(name, mode);
  if (file < 0) return;
  sys(lseek, file, 0, 0, 0, 0);
  write_frame('f', name, length_of(name));
  for (u64 left = reading_limit; left > 0;) {
    i64 n = read_whole(file, content, left < 65536 ? left : 65536);
    if (n <= 0) break;
    write_frame('d', content, (u64)n);
    left -= (u64)n;
  }
  sys(close, file, 0, 0, 0, 0);
}

/* The second process: writes the names of wanted files to `results`, and sends nothing itself. */
static void read_as_second(i64 results) {
  char mode[ROOM_reading];
  u64 length;
  while (read_word(mode, sizeof mode, &length) && read_word(path, sizeof path, &length)) {
    i64 file = open_if_wanted(path, mode[0]);
    if (file < 0) continue;
    sys(close, file, 0, 0, 0, 0);
    for (u64 at = 0; at <= length;) {
      i64 n = sys(write, results, path + at, length + 1 - at, 0, 0);
      if (n == -EINTR) continue;
      if (n <= 0) sys(exit_group, 1, 0, 0, 0, 0);
      at += (u64)n;
    }
  }
  sys(exit_group, 0, 0, 0, 0, 0);
}

/* Sends the files that the second process names, until it ends. It waits whenever the pipe is full. */
static void send_named(i64 results) {
  static char names[sizeof path];
  u64 length = 0, from = 0;
  for (;;) {
    i64 n = sys(read, results, names + length, sizeof names - length, 0, 0);
    if (n == -EINTR) continue;
    if (n <= 0) return;
    length += (u64)n;
    for (u64 at = from; at < length; at++) {
      if (names[at]) continue;
      send_file(names + from, 'a');
      from = at + 1;
    }
    length -= from;
    move_down(names, names + from, length);
    from = 0;
  }
}

static void serve_read(void) {
  char root[ROOM_root], number[ROOM_limit], mode[ROOM_reading];
  int results[2] = {-1, -1};
  require_word(root, sizeof root);
  require_word(number, sizeof number);
  reading_limit = parse_number(number);
  reading_base = open_path(AT_FDCWD, root, O_DIRECTORY);
  if (reading_base < 0) fail("cannot open", root, reading_base);
  if (!failed && sys(pipe2, results, O_CLOEXEC, 0, 0, 0) >= 0 && start_second()) read_as_second(results[1]);
  if (results[1] >= 0) sys(close, results[1], 0, 0, 0, 0);
  for (;;) {
    if (require_word(mode, sizeof mode) == 0) break;
    require_word(path, sizeof path);
    if (failed || (mode[0] != 'a' && hand_over(mode, path))) continue;
    send_file(path, mode[0]);
  }
  if (second > 0) sys(close, to_second, 0, 0, 0, 0);
  if (results[0] >= 0) {
    send_named(results[0]);
    sys(close, results[0], 0, 0, 0, 0);
  }
  if (second > 0 && wait_for(second) != 0) fail("cannot read", root, -EIO);
  second = -1;
  close_same_folder();
  if (reading_base >= 0) sys(close, reading_base, 0, 0, 0, 0);
}
