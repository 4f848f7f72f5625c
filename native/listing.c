/*
 * Requests list and compare: one sorted walk through a folder, compared with the helper's own root.
 * The own root holds the files of the image, and nobody changes it. The walked folder belongs to a workspace
 * that may change it during the walk.
 */

static void write_root_only(const char *name) {
  struct status status;
  if (read_status(walk.twin.folder, name, &status) < 0) return;
  u64 base = path_length;
  extend_path(name);
  if (!failed) {
    char *at = row;
    memcpy(at, path, path_length);
    at += path_length;
    *at++ = 0, *at++ = type_of(&status), *at++ = 0;
    write_frame('p', row, (u64)(at - row));
  }
  shorten_path(base);
}

/*
 * Writes the marks of an entry that was compared with its twin: s for the same, t for another one, d if that is a
 * folder, c for a file that differs in content only. In a folder that came from elsewhere, the time of a file does
 * not tell whether it is the twin.
 * Returns whether the entry is the twin itself and no folder, so that no row is due.
 */
static int compare_twin(const struct level *level, i64 folder, const char *name, const struct status *status,
                        char *marks) {
  struct status twin;
  int unchanged = !walk.compares && !is_after(status);
  if (walk.compares && !walk.twin.lost && read_status(walk.twin.folder, name, &twin) == 0) {
    int same = is_same(folder, status, walk.twin.folder, &twin, name);
    unchanged = same && type_of(status) != 'd' && !is_after(status);
    *marks++ = same ? 's' : 't';
    if (type_of(&twin) == 'd') *marks++ = 'd';
    int doubtful = level->moved || (level->fresh && status->modified.seconds != twin.modified.seconds);
    if (unchanged && type_of(status) == 'f' && doubtful && files_differ(folder, walk.twin.folder, name))
      *marks++ = 'c', unchanged = 0;
  }
  *marks = 0;
  return unchanged;
}

static void list_tree(const char *root) {
  i64 folder = open_path(AT_FDCWD, root, O_DIRECTORY);
  struct level *level = 0;
  struct status status;
  shorten_path(0);
  if (folder < 0) {
    fail("cannot open", root, folder);
    return;
  }
  sys(fchdir, folder, 0, 0, 0, 0);
  read_status(folder, "", &status);
  write_row(".", &status, "", !walk.compares && !is_after(&status));
  level = enter_folder(0, folder, 0);
  while (!failed) {
    struct names *names = &level->names, *twins = &level->twins;
    const char *name = names->next < names->count ? names->all[names->next] : 0;
    const char *other = twins->next < twins->count ? twins->all[twins->next] : 0;
    if (other && (!name || precedes(other, name))) {
      twins->next++;
      write_root_only(other);
      continue;
    }
    if (name) {
      names->next++;
      int both = other && is_equal(name, other);
      if (both) twins->next++;
      i64 error = read_status(AT_FDCWD, name, &status);
      if (error == -ENOENT) {
        if (both) write_root_only(other);
        continue;
      }
      char marks[4];
      extend_path(name);
      if (error < 0) fail("cannot stat", path, error);
      if (failed) break;
      int unchanged = compare_twin(level, folder, name, &status, marks);
      /* Only a comparison needs to know whether an unchanged entry refers to another layer. */
      int passed = unchanged && !walk.compares && type_of(&status) != 'd';
      int opaque = passed ? 0 : write_row(name, &status, marks, unchanged);
      i64 inner = type_of(&status) == 'd' ? open_folder(AT_FDCWD, name) : -ENOTDIR;
      if (inner == -ENOENT || inner == -ENOTDIR || inner == -ELOOP) {
        shorten_path(level->length);
        continue;
      }
      if (inner < 0) {
        fail("cannot open", path, inner);
        break;
      }
      sys(close, folder, 0, 0, 0, 0);
      folder = inner;
      sys(fchdir, folder, 0, 0, 0, 0);
      if (walk.compares) enter_place(&walk.twin, name);
      level = enter_folder(level, folder, opaque);
      continue;
    }
    struct level *above = level->above;
    if (!above) break;
    i64 outer = open_folder(folder, "..");
    sys(close, folder, 0, 0, 0, 0);
    folder = outer;
    if (folder < 0) {
      fail("cannot leave", path, folder);
      break;
    }
    read_status(folder, "", &status);
    if (status.inode != above->inode || status.device_major != above->major || status.device_minor != above->minor) {
      fail("folder moved during the walk:", path, 0);
      break;
    }
    sys(fchdir, folder, 0, 0, 0, 0);
    if (walk.compares) leave_place(&walk.twin);
    release_to(level->before);
    level = above;
    shorten_path(level->length);
  }
  while (level->above) level = level->above;
  release_to(level->before);
  if (folder >= 0) sys(close, folder, 0, 0, 0, 0);
  sys(chdir, "/", 0, 0, 0, 0);
}

static void serve_list(void) {
  char root[ROOM_root];
  require_word(root, sizeof root);
  require_since();
  if (!failed) list_tree(root);
}

static void serve_compare(void) {
  char root[ROOM_root], names[ROOM_names];
  require_word(root, sizeof root);
  require_since();
  require_word(names, sizeof names);
  if (failed) return;
  write_time(CLOCK_REALTIME_COARSE);
  names_inodes = is_equal(names, "all");
  walk.twin = (struct place){sys(openat, AT_FDCWD, "/", O_DIRECTORY | O_CLOEXEC, 0, 0), 0};
  walk.compares = 1;
  list_tree(root);
  walk.compares = names_inodes = 0;
  sys(close, walk.twin.folder, 0, 0, 0, 0);
}
