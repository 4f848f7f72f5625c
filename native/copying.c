/*
 * Requests copy and unlink: the only code that writes into the engine's storage.
 * Invariants: a file is created with O_EXCL and never opened through a link. Owner, mode, attributes and time
 * are set in this order, since each may change those after it. A folder gets its time last, when nothing more
 * is put into it. Files with several names are copied once and linked, by the first process alone.
 */

/* A file with several names that was copied under one of them. */
struct linked {
  struct linked *next;
  u64 inode;
  u32 major, minor;
  char target[];
};

/* A copied folder. Its time is set at the end, since each new entry in it changes the time. */
struct folder {
  struct folder *above;
  struct times modified;
  char target[];
};

static i64 source_base, target_base;
static int all_attributes;
static struct linked *linked[4096];
static struct folder *copied_folders;

static struct times limit_time(const struct status *status, i64 latest, int leading) {
  struct times time = {leading ? latest : status->modified.seconds, status->modified.nanoseconds};
  if (latest < 0) return time;
  time.nanoseconds = 0;
  if (time.seconds > latest) time.seconds = latest;
  return time;
}

static i64 copy_content(i64 from, i64 to) {
  int by_hand = 0;
  for (;;) {
    i64 n;
    if (!by_hand) {
      n = call(__NR_copy_file_range, from, 0, to, 0, 1l << 30, 0);
      if (n == -EXDEV || n == -EINVAL || n == -ENOSYS || n == -EOPNOTSUPP) {
        by_hand = 1;
        continue;
      }
      if (n == -EINTR) continue;
      if (n < 0) return n;
      /* Some file systems answer 0 for a file that they cannot copy this way. */
      by_hand = n == 0;
      continue;
    }
    n = read_whole(from, content, sizeof other);
    if (n <= 0) return n;
    for (i64 at = 0; at < n;) {
      i64 written = sys(write, to, content + at, n - at, 0, 0);
      if (written == -EINTR) continue;
      if (written < 0) return written;
      at += written;
    }
  }
}

/* Copies extended attributes. `source` and `target` are names in the folders `from` and `to`. */
static i64 copy_attributes(i64 from, const char *source, i64 to, const char *target) {
  i64 error = sys(fchdir, from, 0, 0, 0, 0);
  i64 n = sys(llistxattr, source, attributes, sizeof attributes, 0, 0);
  for (i64 at = 0; at < n && error >= 0; at += (i64)length_of(attributes + at) + 1) {
    const char *name = attributes + at;
    int foreign = is_overlay_attribute(name) || starts_with(name, "security.");
    if ((foreign || !all_attributes) && !is_equal(name, "security.capability")) continue;
    sys(fchdir, from, 0, 0, 0, 0);
    i64 length = sys(lgetxattr, source, name, other, sizeof other, 0);
    if (length == -ENODATA) continue;
    sys(fchdir, to, 0, 0, 0, 0);
    error = length < 0 ? length : sys(lsetxattr, target, name, other, length, 0);
  }
  sys(chdir, "/", 0, 0, 0, 0);
  return error;
}

static struct linked **find_linked(const struct status *status) {
  struct linked **at = &linked[(status->inode ^ status->inode >> 12) & 4095];
  while (*at && ((*at)->inode != status->inode || (*at)->major != status->device_major || (*at)->minor != status->device_minor))
    at = &(*at)->next;
  return at;
}

static i64 create_copy(i64 from, const char *source, i64 to, const char *target, const struct status *status) {
  u32 kind = status->mode & 0170000;
  if (kind == 0040000) {
    i64 error = sys(mkdirat, to, target, 0700, 0, 0);
    return error == -EEXIST ? 0 : error;
  }
  if (kind == 0120000) {
    static char link[8192];
    i64 n = sys(readlinkat, from, source, link, sizeof link - 1, 0);
    if (n < 0) return n;
    link[n] = 0;
    return sys(symlinkat, link, to, target, 0, 0);
  }
  if (kind != 0100000) {
    u64 device = (status->minor & 255) | status->major << 8 | (u64)(status->minor & ~255u) << 12;
    return sys(mknodat, to, target, kind | 0600, device, 0);
  }
  i64 a = sys(openat, from, source, O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0, 0);
  if (a < 0) return a;
  i64 b = sys(openat, to, target, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600, 0);
  i64 error = b < 0 ? b : copy_content(a, b);
  if (b >= 0) sys(close, b, 0, 0, 0, 0);
  sys(close, a, 0, 0, 0, 0);
  return error;
}

static i64 copy_metadata(i64 from, const char *source, i64 to, const char *target, const struct status *status, struct times time) {
  i64 error = sys(fchownat, to, target, status->uid, status->gid, AT_SYMLINK_NOFOLLOW);
  if (error < 0) return error;
  if ((status->mode & 0170000) != 0120000) {
    /* fchmodat follows links. The target was created just now and is not one. */
    error = sys(fchmodat, to, target, status->mode & 07777, 0, 0);
    if (error < 0) return error;
  }
  error = copy_attributes(from, source, to, target);
  if (error < 0) return error;
  struct times both[2] = {time, time};
  return sys(utimensat, to, target, both, AT_SYMLINK_NOFOLLOW, 0);
}

static int hand_over_copy(const char *source_path, const char *target_path, const struct status *status);

static i64 copy_entry(const char *source_path, const char *target_path, i64 latest, int leading) {
  char source[256], target[256];
  struct status status;
  i64 from = open_above(source_base, source_path, source);
  i64 to = open_above(target_base, target_path, target);
  i64 error = from < 0 ? from : to < 0 ? to : read_status(from, source, &status);
  if (error < 0) goto end;
  if (hand_over_copy(source_path, target_path, &status)) goto end;
  int folder = type_of(&status) == 'd';
  struct linked **known = status.links > 1 && !folder ? find_linked(&status) : 0;
  if (known && *known) {
    char name[256];
    i64 above = open_above(target_base, (*known)->target, name);
    error = above < 0 ? above : sys(linkat, above, name, to, target, 0);
    if (above >= 0) sys(close, above, 0, 0, 0, 0);
    goto end;
  }
  error = create_copy(from, source, to, target, &status);
  struct times time = limit_time(&status, latest, leading);
  /*
   * Layers hold whole seconds. But an engine that compares the copy with the image below takes a file with the same
   * whole second for unchanged, and leaves it out with its links. A fraction of a second prevents that.
   */
  if (!folder) time.nanoseconds = 1;
  if (error >= 0) error = copy_metadata(from, source, to, target, &status, time);
  if (error < 0) goto end;
  u64 length = length_of(target_path);
  if (known) {
    struct linked *one = allocate(sizeof *one + length + 1);
    *one = (struct linked){0, status.inode, status.device_major, status.device_minor};
    memcpy(one->target, target_path, length + 1);
    *known = one;
  }
  if (folder) {
    struct folder *one = allocate(sizeof *one + length + 1);
    *one = (struct folder){copied_folders, time};
    memcpy(one->target, target_path, length + 1);
    copied_folders = one;
  }
end:
  if (from >= 0) sys(close, from, 0, 0, 0, 0);
  if (to >= 0) sys(close, to, 0, 0, 0, 0);
  return error;
}

/*
 * The second process: copies the files that the first one hands over. It sends a failure at once, since the
 * first process writes nothing until the second has ended.
 */
static void copy_as_second(i64 latest) {
  static char target[ROOM_path];
  u64 length;
  while (!failed && read_word(path, sizeof path, &length) && read_word(target, sizeof path, &length)) {
    i64 error = copy_entry(path, target, latest, 0);
    if (error < 0) fail("cannot copy", target, error);
  }
  flush();
  sys(exit_group, failed, 0, 0, 0, 0);
}

static int hand_over_copy(const char *source_path, const char *target_path, const struct status *status) {
  if ((status->mode & 0170000) != 0100000 || status->links != 1) return 0;
  return hand_over(source_path, target_path);
}

/*
 * Marks a path as deleted with an empty file `.wh.NAME`. Engines copy such a file into a layer as it is, but
 * change mode and time of the overlay's own mark, a device 0:0. Creates missing folders on the way; later
 * copies set their owner and mode.
 */
static i64 hide_entry(i64 base, const char *full, i64 latest) {
  static char part[sizeof path];
  for (u64 n = 1; full[n]; n++) {
    if (full[n] != '/') continue;
    char name[256];
    memcpy(part, full, n);
    part[n] = 0;
    i64 above = open_above(base, part, name);
    if (above < 0) return above;
    i64 error = name[0] ? sys(mkdirat, above, name, 0755, 0, 0) : 0;
    sys(close, above, 0, 0, 0, 0);
    if (error < 0 && error != -EEXIST) return error;
  }
  char name[260] = ".wh.";
  i64 above = open_above(base, full, name + 4);
  if (above < 0) return above;
  /* If the name gets too long, the overlay's own mark takes its place. */
  int fits = length_of(name) <= 255;
  const char *mark = fits ? name : name + 4;
  i64 error = sys(mknodat, above, mark, fits ? 0100000 : 0020000, 0, 0);
  struct times time = {latest < 0 ? 0 : latest, 0}, both[2] = {time, time};
  if (error >= 0) error = sys(utimensat, above, mark, both, AT_SYMLINK_NOFOLLOW, 0);
  sys(close, above, 0, 0, 0, 0);
  return error;
}

static void serve_copy(void) {
  static char target[ROOM_path];
  char root[ROOM_root], number[ROOM_latest], keep[ROOM_keep], mode[ROOM_copying];
  struct memory before = memory;
  require_word(root, sizeof root);
  source_base = open_path(AT_FDCWD, root, O_DIRECTORY);
  if (source_base < 0) fail("cannot open", root, source_base);
  require_word(root, sizeof root);
  target_base = open_path(AT_FDCWD, root, O_DIRECTORY);
  if (target_base < 0) fail("cannot open", root, target_base);
  require_word(number, sizeof number);
  i64 latest = number[0] ? (i64)parse_number(number) : -1;
  require_word(keep, sizeof keep);
  all_attributes = is_equal(keep, "all");
  memset(linked, 0, sizeof linked);
  copied_folders = 0;
  if (start_second()) copy_as_second(latest);
  for (;;) {
    if (require_word(mode, sizeof mode) == 0) break;
    require_word(path, sizeof path);
    require_word(target, sizeof target);
    if (failed) continue;
    int hidden = mode[0] == 'h';
    i64 error = hidden ? hide_entry(target_base, target, latest) : copy_entry(path, target, latest, mode[0] == 'l');
    if (error < 0) fail(hidden ? "cannot mark as deleted" : "cannot copy", target, error);
  }
  i64 ended = wait_for_second();
  if (ended == 1 << 8) failed = 1;
  else if (ended != 0) fail("cannot copy", "files in the second process", -EIO);
  for (struct folder *folder = copied_folders; folder && !failed; folder = folder->above) {
    char name[256];
    i64 above = open_above(target_base, folder->target, name);
    struct times both[2] = {folder->modified, folder->modified};
    i64 error = above < 0 ? above : sys(utimensat, above, name, both, AT_SYMLINK_NOFOLLOW, 0);
    if (above >= 0) sys(close, above, 0, 0, 0, 0);
    if (error < 0) fail("cannot set the time of", folder->target, error);
  }
  release_to(before);
  if (source_base >= 0) sys(close, source_base, 0, 0, 0, 0);
  if (target_base >= 0) sys(close, target_base, 0, 0, 0, 0);
}

static void serve_unlink(void) {
  char root[ROOM_root], name[ROOM_name];
  require_word(root, sizeof root);
  require_word(name, sizeof name);
  i64 folder = open_path(AT_FDCWD, root, O_DIRECTORY);
  i64 error = folder < 0 ? folder : sys(unlinkat, folder, name, 0, 0, 0);
  if (error < 0 && error != -ENOENT) fail("cannot remove", name, error);
  if (folder >= 0) sys(close, folder, 0, 0, 0, 0);
}
