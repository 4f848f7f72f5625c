/*
 * Requests copy and unlink: with copy-entry.c the only code that writes into the engine's storage.
 * Invariants: a folder gets its time last, when nothing more is put into it. Files with several names are copied
 * once and linked, by the first process alone.
 */

/*
 * The second process: copies the files that the first one hands over. It sends a failure at once, since the
 * first process writes nothing until the second has ended.
 */
static void copy_as_second(i64 latest) {
  static char target[ROOM_path];
  u64 length;
  while (!failed && read_word(path, sizeof path, &length) && read_word(target, sizeof path, &length)) {
    i64 error = copy_entry(path, target, latest, 'c');
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
 * Marks a path as deleted with an empty file `.wh.NAME`, or with the overlay's `own` mark, a device 0:0. Engines
 * copy such a file into a layer as it is, but change mode and time of the own mark. Creates missing folders on the
 * way; later copies set their owner and mode.
 */
static i64 hide_entry(i64 base, const char *full, i64 latest, int own) {
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
  int fits = !own && length_of(name) <= 255;
  const char *mark = fits ? name : name + 4;
  i64 error = sys(mknodat, above, mark, fits ? 0100000 : 0020000, 0, 0);
  struct times time = {latest < 0 ? 0 : latest, 0}, both[2] = {time, time};
  if (error >= 0) error = sys(utimensat, above, mark, both, AT_SYMLINK_NOFOLLOW, 0);
  sys(close, above, 0, 0, 0, 0);
  return error;
}

static i64 remove_name(i64 above, const char *name) {
  i64 error = sys(unlinkat, above, name, 0, 0, 0);
  return error == -EISDIR ? sys(unlinkat, above, name, AT_REMOVEDIR, 0, 0) : error;
}

/*
 * Removes what a folder holds. `full` gets the name of a folder in it that is not empty, if there is one, in memory of
 * the request.
 */
static i64 empty_folder(i64 above, const char *name, const char **full) {
  i64 folder = open_folder(above, name), error = folder;
  if (folder < 0) return error;
  struct names names = read_names(folder);
  for (error = 0; names.next < names.count && error >= 0; names.next++) {
    error = remove_name(folder, names.all[names.next]);
    if (error == -ENOENT) error = 0;
    if (error == -ENOTEMPTY) *full = names.all[names.next];
  }
  sys(close, folder, 0, 0, 0, 0);
  return *full ? 0 : error;
}

/*
 * Removes a path with everything below it, from the deepest folder up, and its deletion mark. `full` has room for
 * the longest path below it. A path that does not exist is removed already.
 */
static i64 remove_path(i64 base, char *full) {
  u64 top = length_of(full), length = top;
  for (;;) {
    char name[260] = ".wh.";
    i64 above = open_above(base, full, name + 4);
    if (above < 0) return above == -ENOENT ? 0 : above;
    struct memory before = memory;
    if (length == top && length_of(name) <= 255) sys(unlinkat, above, name, 0, 0, 0);
    const char *inner = 0;
    i64 error = remove_name(above, name + 4);
    int again = error == -ENOTEMPTY;
    if (again) error = empty_folder(above, name + 4, &inner);
    sys(close, above, 0, 0, 0, 0);
    u64 added = inner ? length_of(inner) + 1 : 0;
    if (failed || length + added >= ROOM_path) error = -ENAMETOOLONG;
    else if (inner) {
      full[length] = '/';
      memcpy(full + length + 1, inner, added);
    }
    release_to(before);
    if (error < 0 && error != -ENOENT) return error;
    length += added;
    if (again) continue;
    if (length == top) return 0;
    while (full[length] != '/') length--;
    full[length] = 0;
  }
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
  exact = is_equal(keep, "exact");
  all_attributes = exact || is_equal(keep, "all");
  memset(linked, 0, sizeof linked);
  copied_folders = 0;
  /* Two processes that only share blocks would wait for each other. */
  if (!failed && !exact && start_second()) copy_as_second(latest);
  for (;;) {
    if (require_word(mode, sizeof mode) == 0) break;
    require_word(path, sizeof path);
    require_word(target, sizeof target);
    if (failed) continue;
    int hidden = mode[0] == 'h' || mode[0] == 'd', removed = mode[0] == 'r';
    i64 error = removed  ? remove_path(target_base, target)
                : hidden ? hide_entry(target_base, target, latest, mode[0] == 'd')
                         : copy_entry(path, target, latest, mode[0]);
    if (error < 0) fail(removed ? "cannot remove" : hidden ? "cannot mark as deleted" : "cannot copy", target, error);
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

static int is_path(const char *name) {
  while (*name && *name != '/') name++;
  return *name == '/';
}

static void serve_unlink(void) {
  char root[ROOM_root], name[ROOM_name];
  require_word(root, sizeof root);
  require_word(name, sizeof name);
  if (failed) return;
  i64 folder = open_path(AT_FDCWD, root, O_DIRECTORY);
  i64 error = folder < 0 ? folder : is_path(name) ? -EINVAL : sys(unlinkat, folder, name, 0, 0, 0);
  if (error < 0 && error != -ENOENT) fail("cannot remove", name, error);
  if (folder >= 0) sys(close, folder, 0, 0, 0, 0);
}
