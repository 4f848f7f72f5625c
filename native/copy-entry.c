/*
 * Copies one entry with everything that belongs to it.
 * Invariants: a file is created with O_EXCL and never opened through a link. Owner, mode, attributes and time
 * are set in this order, since each may change those after it.
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
static int all_attributes, exact;
static struct linked *linked[4096];
static struct folder *copied_folders;

/* `how`: as in requests to copy. */
static struct times limit_time(const struct status *status, i64 latest, char how) {
  struct times time = {how == 'l' ? latest : status->modified.seconds, status->modified.nanoseconds};
  if (latest < 0) return time;
  time.nanoseconds = 0;
  if (time.seconds > latest && how != 't') time.seconds = latest;
  return time;
}

/* Copies at most `left` bytes: a file may grow as fast as it is copied. */
static i64 copy_content(i64 from, i64 to, u64 left) {
  int by_hand = 0;
  while (left > 0) {
    i64 n;
    if (!by_hand) {
      n = call(__NR_copy_file_range, from, 0, to, 0, left < 1l << 30 ? left : 1l << 30, 0);
      if (n == -EXDEV || n == -EINVAL || n == -ENOSYS || n == -EOPNOTSUPP) {
        by_hand = 1;
        continue;
      }
      if (n == -EINTR) continue;
      if (n < 0) return n;
      /* Some file systems answer 0 for a file that they cannot copy this way. */
      by_hand = n == 0;
      left -= (u64)n;
      continue;
    }
    n = read_whole(from, content, left < sizeof other ? left : sizeof other);
    if (n <= 0) return n;
    left -= (u64)n;
    for (i64 at = 0; at < n;) {
      i64 written = sys(write, to, content + at, n - at, 0, 0);
      if (written == -EINTR) continue;
      if (written < 0) return written;
      at += written;
    }
  }
  return 0;
}

/* Copies extended attributes. `source` and `target` are names in the folders `from` and `to`. */
static i64 copy_attributes(i64 from, const char *source, i64 to, const char *target) {
  i64 error = sys(fchdir, from, 0, 0, 0, 0);
  i64 n = sys(llistxattr, source, attributes, sizeof attributes, 0, 0);
  for (i64 at = 0; at < n && error >= 0; at += (i64)length_of(attributes + at) + 1) {
    const char *name = attributes + at;
    int foreign = (is_overlay_attribute(name) && !exact) || starts_with(name, "security.");
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
  while (*at && ((*at)->inode != status->inode || (*at)->major != status->device_major ||
                 (*at)->minor != status->device_minor))
    at = &(*at)->next;
  return at;
}

static i64 create_copy(i64 from, const char *source, i64 to, const char *target, const struct status *status) {
  u32 kind = status->mode & 0170000;
  if (kind == 0040000) {
    struct status there;
    i64 error = sys(mkdirat, to, target, 0700, 0, 0);
    if (error != -EEXIST) return error;
    /* Owner and mode are set next: of a folder alone, never through a link. */
    error = read_status(to, target, &there);
    return error < 0 ? error : type_of(&there) == 'd' ? 0 : -EEXIST;
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
  i64 error = b < 0 ? b : copy_content(a, b, status->size);
  if (b >= 0) sys(close, b, 0, 0, 0, 0);
  sys(close, a, 0, 0, 0, 0);
  return error;
}

static i64 copy_metadata(i64 from, const char *source, i64 to, const char *target, const struct status *status,
                         struct times time) {
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

static i64 copy_entry(const char *source_path, const char *target_path, i64 latest, char how) {
  char source[256], target[256];
  struct status status;
  i64 from = open_above(source_base, source_path, source);
  i64 to = open_above(target_base, target_path, target);
  i64 error = from < 0 ? from : to < 0 ? to : read_status(from, source, &status);
  if (error < 0) goto end;
  if (how != 't' && hand_over_copy(source_path, target_path, &status)) goto end;
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
  struct times time = limit_time(&status, latest, how);
  /*
   * Layers hold whole seconds. But an engine that compares the copy with the image below takes a file with the same
   * whole second for unchanged, and leaves it out with its links. A fraction of a second prevents that.
   */
  if (!folder && !exact) time.nanoseconds = 1;
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
