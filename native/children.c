/* Request children: entries of folders of the helper's own root. */

/* A folder that does not exist, or is reached through a link, has no entries. */
static void serve_children(void) {
  static char wanted[ROOM_path];
  i64 own = open_path(AT_FDCWD, "/", O_DIRECTORY);
  for (;;) {
    u64 length = require_word(wanted, sizeof wanted);
    if (length == 0) break;
    if (failed) continue;
    i64 folder = open_path(own, wanted, O_DIRECTORY);
    if (folder < 0) continue;
    shorten_path(0);
    if (!is_equal(wanted, ".")) {
      memcpy(path, wanted, length + 1);
      path_length = length;
    }
    sys(fchdir, folder, 0, 0, 0, 0);
    struct memory before = memory;
    u64 base = path_length;
    struct names names = read_names(folder);
    for (; names.next < names.count && !failed; names.next++) {
      struct status status;
      const char *name = names.all[names.next];
      if (read_status(AT_FDCWD, name, &status) < 0) continue;
      extend_path(name);
      if (!failed) write_row(name, &status, "", 0);
      shorten_path(base);
    }
    release_to(before);
    sys(close, folder, 0, 0, 0, 0);
  }
  sys(close, own, 0, 0, 0, 0);
  sys(chdir, "/", 0, 0, 0, 0);
}
