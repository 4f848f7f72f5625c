/*
 * State of a walk through a tree: the folders from its root to the current one, and the place of the same
 * path in other trees.
 * Invariants: only one folder of the tree is open at a time, so the depth of a tree is not limited by open
 * files. The walk leaves a folder by `..` and compares its inode with the one it came from: if somebody moved
 * the folder meanwhile, the request fails instead of listing another tree.
 */

/* A folder of the walk. `twins` are the names of the same folder in the own root, if they are listed, too. */
struct level {
  struct level *above;
  struct memory before;
  struct names names, twins;
  u64 length, inode;
  u32 major, minor;
  /*
   * `lists_root`: entries that only the own root has are listed. `after`: the folder changed after `since`. `fresh`:
   * it or a folder on the way did. `moved`: a folder on the way changed together with the folder it is in, so it may
   * have come from elsewhere, and its files with it.
   */
  int opaque, lists_root, after, fresh, moved;
};

/*
 * The current path in another tree: the folder there or, if it does not exist, the last one on the way that does,
 * and how many folders were entered since.
 */
struct place {
  i64 folder;
  u64 lost;
};

static void enter_place(struct place *place, const char *name) {
  i64 inner = place->lost ? -ENOENT : open_folder(place->folder, name);
  if (inner < 0) {
    if (inner != -ENOENT && inner != -ENOTDIR && inner != -ELOOP) fail("cannot open", path, inner);
    place->lost++;
    return;
  }
  sys(close, place->folder, 0, 0, 0, 0);
  place->folder = inner;
}

static void leave_place(struct place *place) {
  if (place->lost) {
    place->lost--;
    return;
  }
  i64 outer = open_folder(place->folder, "..");
  sys(close, place->folder, 0, 0, 0, 0);
  place->folder = outer;
}

static struct {
  int compares;
  struct place twin;
  int has_since;
  struct moment since;
} walk;

static int is_after(const struct status *status) {
  const struct moment *changed = &status->changed, *since = &walk.since;
  if (!walk.has_since) return 1;
  if (changed->seconds != since->seconds) return changed->seconds > since->seconds;
  return changed->nanoseconds > since->nanoseconds;
}

static struct level *enter_folder(struct level *above, i64 folder, int opaque) {
  struct memory before = memory;
  struct status status;
  read_status(folder, "", &status);
  struct level *level = allocate(sizeof *level);
  *level = (struct level){.above = above, .before = before, .length = path_length, .inode = status.inode};
  level->major = status.device_major;
  level->minor = status.device_minor;
  level->opaque = opaque || (above && above->opaque);
  level->after = walk.has_since && is_after(&status);
  level->fresh = above && (above->fresh || level->after);
  level->moved = above && (above->moved || (above->after && level->after));
  level->lists_root = walk.compares && !walk.twin.lost && (level->opaque || level->after);
  level->names = read_names(folder);
  if (level->lists_root) {
    sys(lseek, walk.twin.folder, 0, 0, 0, 0);
    level->twins = read_names(walk.twin.folder);
  }
  return level;
}

/* Reads a time: seconds, a point, nine digits. Empty for no time. */
static void parse_since(const char *text) {
  walk.has_since = text[0] != 0;
  walk.since = (struct moment){(i64)parse_number(text), 0, 0};
  while (*text && *text != '.') text++;
  u32 unit = 100000000;
  while (*text && *++text >= '0' && *text <= '9' && unit > 0) {
    walk.since.nanoseconds += (u32)(*text - '0') * unit;
    unit /= 10;
  }
}

static void require_since(void) {
  char since[ROOM_since];
  require_word(since, sizeof since);
  parse_since(since);
}
