/*
 * Rows: how an entry of a folder is described in an answer. The fields are in the table of the protocol.
 * Invariant: a row fits into `row`: a path (16 kB), a link target (8 kB), attribute names (64 kB) and numbers.
 */

static char row[131072];
static char attributes[65536];

/*
 * The prefix of the overlay's own attributes. In a user namespace nobody may set `trusted.*`, so rootless engines
 * mount with `userxattr`, and the prefix is another one.
 */
static const char *overlay_prefix = "trusted.overlay.";

static void find_overlay_prefix(void) {
  char map[256];
  /* The first line of the map: id inside, id outside, count. The initial namespace maps every id to itself. */
  u64 numbers[3] = {0, 0, 0};
  i64 file = sys(openat, AT_FDCWD, "/proc/self/uid_map", O_CLOEXEC, 0, 0);
  if (file < 0) return;
  i64 n = sys(read, file, map, sizeof map, 0, 0);
  int which = -1;
  for (i64 at = 0; at < n && map[at] != '\n'; at++) {
    if (map[at] < '0' || map[at] > '9') continue;
    if (at == 0 || map[at - 1] == ' ') which++;
    if (which < 3) numbers[which] = numbers[which] * 10 + (u64)(map[at] - '0');
  }
  if (which == 2 && (numbers[1] != 0 || numbers[2] != 4294967295)) overlay_prefix = "user.overlay.";
  sys(close, file, 0, 0, 0, 0);
}

static int is_overlay_mark(const char *name, const char *rest) {
  return starts_with(name, overlay_prefix) && is_equal(name + length_of(overlay_prefix), rest);
}

/*
 * Tells whether an attribute belongs to the overlay. The overlay stores an attribute of the same prefix that a
 * container sets itself under a longer name, and that one does not.
 */
static int is_overlay_attribute(const char *name) {
  return starts_with(name, overlay_prefix) && !starts_with(name + length_of(overlay_prefix), "overlay.");
}

/* Whether rows of files with several names have the inode, even if nothing else is due for them. */
static int names_inodes;

/*
 * Sends the row of an entry of the current folder; its path is `path`. `twin` holds the marks of a comparison.
 * Own marks: y for an opaque folder, r if content or name are in another layer (metacopy, redirect), n if the time
 * has a fraction of a second.
 * An `unchanged` entry gets no row, unless it has mark r, or several names and `names_inodes` is set.
 * Returns whether the entry is an opaque folder.
 */
static int write_row(const char *name, const struct status *status, const char *twin, int unchanged) {
  char type = type_of(status);
  char *at = row;
  memcpy(at, path, path_length);
  at += path_length;
  *at++ = 0, *at++ = type, *at++ = 0;
  at = print_number(at, status->uid, 10), *at++ = ':';
  at = print_number(at, status->gid, 10), *at++ = ':';
  at = print_number(at, status->mode & 07777, 8), *at++ = 0;
  at = print_number(at, status->size, 10), *at++ = 0;
  at = print_number(at, status->blocks, 10), *at++ = 0;
  u64 seconds = (u64)status->modified.seconds;
  if (status->modified.seconds < 0) *at++ = '-', seconds = -seconds;
  at = print_number(at, seconds, 10), *at++ = 0;
  at = print_number(at, status->changed.seconds < 0 ? 0 : (u64)status->changed.seconds, 10), *at++ = '.';
  for (u32 unit = 100000000, rest = status->changed.nanoseconds; unit > 0; rest %= unit, unit /= 10)
    *at++ = (char)('0' + rest / unit);
  *at++ = '0', *at++ = 0;
  if (type == 'l') {
    i64 n = sys(readlinkat, AT_FDCWD, name, at, 8192, 0);
    if (n > 0) at += n;
  }
  *at++ = 0;
  int opaque = 0;
  i64 n = sys(llistxattr, name, attributes, sizeof attributes, 0, 0);
  for (i64 from = 0; from < n; from += (i64)length_of(attributes + from) + 1) {
    char value = 0;
    if (is_overlay_mark(attributes + from, "opaque")) {
      sys(lgetxattr, name, attributes + from, &value, 1, 0);
      if (value == 'y') *at++ = 'y', opaque = 1;
    } else if (is_overlay_mark(attributes + from, "metacopy") || is_overlay_mark(attributes + from, "redirect"))
      *at++ = 'r', unchanged = 0;
  }
  int several = names_inodes && status->links > 1 && type != 'd' && type != 'w' && type != 's';
  if (unchanged && !several) return opaque;
  if (status->modified.nanoseconds > 0) *at++ = 'n';
  at = print_text(at, twin);
  *at++ = 0;
  char *first = at;
  for (i64 from = 0; from < n; from += (i64)length_of(attributes + from) + 1) {
    if (is_overlay_attribute(attributes + from)) continue;
    if (at > first) *at++ = ',';
    at = print_text(at, attributes + from);
  }
  *at++ = 0;
  if (several) at = print_number(at, status->inode, 10);
  *at++ = 0;
  write_frame('r', row, (u64)(at - row));
  return opaque;
}
