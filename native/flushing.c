/*
 * Requests flush and flushed: write to disk what a file system has in memory. A process of its own waits for
 * the disk, so that the helper answers other requests meanwhile.
 */

static i64 flushing;

static void serve_flush(void) {
  char root[ROOM_root];
  require_word(root, sizeof root);
  if (failed) return;
  i64 folder = open_path(AT_FDCWD, root, O_DIRECTORY);
  if (folder < 0) return fail("cannot open", root, folder);
  /* There is one at a time: an earlier one that nobody waited for is waited for here. */
  if (flushing > 0) wait_for(flushing);
  flushing = start_process();
  if (flushing == 0) sys(exit_group, sys(syncfs, folder, 0, 0, 0, 0) < 0, 0, 0, 0, 0);
  if (flushing < 0) fail("cannot start a process to flush", root, flushing);
  sys(close, folder, 0, 0, 0, 0);
}

static void serve_flushed(void) {
  i64 status = flushing > 0 ? wait_for(flushing) : -ECHILD;
  flushing = 0;
  if (status != 0) fail("cannot flush", "the file system", status < 0 ? status : -EIO);
}
