/*
 * Access to folders and files by path.
 * Invariant: a path is followed folder by folder, never through a symbolic link and never upwards. Whoever
 * owns the tree may replace any entry at any time; such a change leads to an error, never out of the tree.
 */

static i64 open_folder(i64 at, const char *name) {
  return sys(openat, at, name, O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0, 0);
}

/*
 * Opens the folder that holds the last name of a path, and copies that name to `name` (256 bytes). The path may
 * be longer than the kernel accepts in one call.
 */
static i64 open_above(i64 root, const char *full, char *name) {
  i64 at = sys(openat, root, ".", O_DIRECTORY | O_CLOEXEC, 0, 0);
  for (;;) {
    while (full[0] == '/' || (full[0] == '.' && full[1] == '/')) full++;
    u64 n = 0;
    while (full[n] && full[n] != '/' && n < 255) name[n] = full[n], n++;
    name[n] = 0;
    if (is_equal(name, "..") || (full[n] && full[n] != '/')) {
      sys(close, at, 0, 0, 0, 0);
      return -EINVAL;
    }
    if (!full[n] || at < 0) return at;
    full += n;
    i64 next = open_folder(at, name);
    sys(close, at, 0, 0, 0, 0);
    at = next;
  }
}

static i64 open_path(i64 root, const char *full, i64 flags) {
  char name[256];
  i64 above = open_above(root, full, name);
  if (above < 0) return above;
  i64 found = sys(openat, above, name[0] ? name : ".", flags | O_NOFOLLOW | O_CLOEXEC, 0, 0);
  sys(close, above, 0, 0, 0, 0);
  return found;
}

static i64 read_status(i64 folder, const char *name, struct status *status) {
  return sys(statx, folder, name, AT_SYMLINK_NOFOLLOW | (name[0] ? 0 : AT_EMPTY_PATH), 0xfff, status);
}

static char type_of(const struct status *status) {
  switch (status->mode & 0170000) {
    case 0100000: return 'f';
    case 0040000: return 'd';
    case 0120000: return 'l';
    case 0010000: return 'p';
    case 0140000: return 's';
    case 0060000: return 'b';
    default: return status->major == 0 && status->minor == 0 ? 'w' : 'c';
  }
}
