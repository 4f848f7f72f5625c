/*
 * Requests group, freeze and thaw: keep the processes of a control group from running.
 * Invariant: the group runs again when this program ends, however it ends. A process of its own, the keeper,
 * thaws the group as soon as its pipe to this program is closed, which the kernel does for a killed program.
 */

static i64 group = -1, keeper;

static void serve_group(void) {
  static char folder[ROOM_folder];
  require_word(folder, sizeof folder);
  if (failed) return;
  if (keeper > 0) return fail("cannot open", folder, -EBUSY);
  if (group >= 0) sys(close, group, 0, 0, 0, 0);
  group = sys(openat, AT_FDCWD, folder, O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0, 0);
  if (group < 0) fail("cannot open", folder, group);
}

/* Version 1 of control groups has one file for it, version 2 has two. */
static i64 write_group_state(int still) {
  const char *text = still ? "FROZEN" : "THAWED";
  i64 file = sys(openat, group, "freezer.state", O_WRONLY | O_CLOEXEC, 0, 0);
  if (file < 0) {
    text = still ? "1" : "0";
    file = sys(openat, group, "cgroup.freeze", O_WRONLY | O_CLOEXEC, 0, 0);
  }
  if (file < 0) return file;
  i64 result = sys(write, file, text, length_of(text), 0, 0);
  sys(close, file, 0, 0, 0, 0);
  return result;
}

static int is_group_frozen(void) {
  char text[256];
  i64 file = sys(openat, group, "freezer.state", O_CLOEXEC, 0, 0);
  if (file < 0) file = sys(openat, group, "cgroup.events", O_CLOEXEC, 0, 0);
  i64 length = file < 0 ? file : sys(read, file, text, sizeof text - 1, 0, 0);
  if (file >= 0) sys(close, file, 0, 0, 0, 0);
  if (length < 0) return 0;
  text[length] = 0;
  for (const char *at = text; *at; ++at)
    if (starts_with(at, "FROZEN") || starts_with(at, "frozen 1")) return 1;
  return 0;
}

/* The keeper: freezes the group, reports that through `done`, and thaws it when the other end of `wait` is closed. */
static i64 keep_frozen(i64 done, i64 wait) {
  const i64 moment[2] = {0, 500000};
  char byte = 0;
  i64 result = write_group_state(1);
  sys(fcntl, wait, F_SETFL, O_NONBLOCK, 0, 0);
  for (int tries = 1; result >= 0 && !is_group_frozen(); ++tries) {
    /* Version 1 has to be asked again while the group starts processes, and sometimes from the start. */
    if (tries % 25 == 0) write_group_state(0);
    sys(nanosleep, moment, 0, 0, 0, 0);
    result = tries < 3000 ? write_group_state(1) : -EBUSY;
    if (sys(read, wait, &byte, 1, 0, 0) == 0) result = -EIO;
  }
  sys(fcntl, wait, F_SETFL, 0, 0, 0);
  if (result >= 0) {
    sys(write, done, &byte, 1, 0, 0);
    while (sys(read, wait, &byte, 1, 0, 0) == -EINTR);
  }
  return write_group_state(0) < 0 || result < 0;
}

static void serve_thaw(void) {
  if (to_keeper >= 0) sys(close, to_keeper, 0, 0, 0, 0);
  to_keeper = -1;
  /* A keeper that was killed left the group frozen: thaw it here. */
  i64 result = keeper > 0 && wait_for(keeper) == 0 ? 0 : write_group_state(0);
  keeper = 0;
  if (result < 0) fail("cannot thaw", "the workspace", result);
}

static void serve_freeze(void) {
  int done[2], wait[2];
  char byte;
  if (group < 0) return fail("cannot freeze", "a group that was not opened", -EINVAL);
  if (keeper > 0) return fail("cannot freeze", "the workspace", -EBUSY);
  if (sys(pipe2, done, O_CLOEXEC, 0, 0, 0) < 0) return fail("cannot freeze", "the workspace", -EMFILE);
  if (sys(pipe2, wait, O_CLOEXEC, 0, 0, 0) < 0) {
    sys(close, done[0], 0, 0, 0, 0);
    sys(close, done[1], 0, 0, 0, 0);
    return fail("cannot freeze", "the workspace", -EMFILE);
  }
  keeper = start_process();
  if (keeper == 0) {
    /* Only this program must hold its input and output, so that the caller sees when it ends. */
    sys(close, 0, 0, 0, 0, 0);
    sys(close, 1, 0, 0, 0, 0);
    sys(close, wait[1], 0, 0, 0, 0);
    sys(exit_group, keep_frozen(done[1], wait[0]), 0, 0, 0, 0);
  }
  to_keeper = wait[1];
  sys(close, done[1], 0, 0, 0, 0);
  sys(close, wait[0], 0, 0, 0, 0);
  i64 known = keeper < 0 ? keeper : sys(read, done[0], &byte, 1, 0, 0);
  sys(close, done[0], 0, 0, 0, 0);
  if (known == 1) return;
  fail("cannot freeze", "the workspace", known < 0 ? known : -EBUSY);
  serve_thaw();
}
