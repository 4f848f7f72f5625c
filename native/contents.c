/*
 * Reads files, and compares entries of two folders. `content` and `other` are shared buffers: consume
 * their bytes before the next read.
 */

static u8 content[1024 * 1024 + 256];
static u8 other[1024 * 1024];

static i64 read_whole(i64 file, u8 *to, u64 room) {
  u64 n = 0;
  while (n < room) {
    i64 got = sys(read, file, to + n, room - n, 0, 0);
    if (got == -EINTR) continue;
    if (got < 0) return got;
    if (got == 0) break;
    n += (u64)got;
  }
  return (i64)n;
}

static int differ(i64 a, i64 b) {
  for (;;) {
    i64 n = read_whole(a, content, sizeof other);
    i64 m = read_whole(b, other, sizeof other);
    if (n != m || n < 0) return 1;
    if (n == 0) return 0;
    for (i64 i = 0; i < n; i++)
      if (content[i] != other[i]) return 1;
  }
}

/* Tells whether two files of the same name, each in its folder, differ in content. */
static int files_differ(i64 a_folder, i64 b_folder, const char *name) {
  i64 a = sys(openat, a_folder, name, O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0, 0);
  i64 b = sys(openat, b_folder, name, O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0, 0);
  int result = a < 0 || b < 0 || differ(a, b);
  if (a >= 0) sys(close, a, 0, 0, 0, 0);
  if (b >= 0) sys(close, b, 0, 0, 0, 0);
  return result;
}

/*
 * Tells whether two entries have the same type, owner, mode, size, device and link target. Ignores time and content.
 */
static int is_same(i64 a_folder, const struct status *a, i64 b_folder, const struct status *b, const char *name) {
  static char links[2][8192];
  char type = type_of(a);
  if (type != type_of(b) || a->uid != b->uid || a->gid != b->gid || (a->mode & 07777) != (b->mode & 07777)) return 0;
  if (type == 'f') return a->size == b->size;
  if (type == 'b' || type == 'c') return a->major == b->major && a->minor == b->minor;
  if (type != 'l') return 1;
  i64 n = sys(readlinkat, a_folder, name, links[0], sizeof links[0] - 1, 0);
  i64 m = sys(readlinkat, b_folder, name, links[1], sizeof links[1] - 1, 0);
  if (n < 0 || n != m) return 0;
  links[0][n] = links[1][m] = 0;
  return is_equal(links[0], links[1]);
}
