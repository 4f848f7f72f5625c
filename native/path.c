/*
 * The path of the entry that is being looked at, relative to the root of the request. Its bytes are those
 * of the file system; it has no NUL and no slash at the end.
 * Invariant: whoever extends the path shortens it again to the length before.
 */

static char path[ROOM_path];
static u64 path_length;

static void extend_path(const char *name) {
  u64 n = length_of(name);
  if (path_length + n + 2 > sizeof path) {
    fail("path too long below", path, 0);
    return;
  }
  if (path_length > 0) path[path_length++] = '/';
  memcpy(path + path_length, name, n + 1);
  path_length += n;
}

static void shorten_path(u64 length) {
  path_length = length;
  path[length] = 0;
}
