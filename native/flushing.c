/*
 * Requests flush and flushed: write to disk what a file system has in memory. A process of its own waits for
 * the disk, so that the helper answers other requests meanwhile.
 */

static i64 flushing;

static void serve_flush(void) {
  char root[ROOM_root];
  require_word(root, sizeof root);
  i64 folder = open_path(AT_FDCWD, root, O_DIRECTORY);
  if (folder < 0) return fail("cannot open", root, folder);
  flushing = sys(clone, SIGCHLD, 0, 0, 0, 0);
  if (flushing == 0) sys(exit_group, sys(syncfs, folder, 0, 0, 0, 0) < 0, 0, 0, 0, 0);
  if (flushing < 0) fail("cannot start a process to flush", root, flushing);
  sys(close, folder, 0, 0, 0, 0);
}

static void serve_flushed(void) {
  i64 status = wait_for(flushing);
  if (status != 0) fail("cannot flush", "the file system", status < 0 ? status : -EIO);
}
