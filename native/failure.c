/*
 * The failure of a request.
 * Invariant: a request sends at most one failure frame per process. After it, the rest of the request is
 * still read from the input, so that the next request starts at its first word, but nothing more is done.
 */

static int failed;

/* Sends what failed, on which path, and the kernel's error number, unless it is 0. Later failures are dropped. */
static void fail(const char *what, const char *where, i64 error) {
  if (failed) return;
  failed = 1;
  static char text[20480];
  char *at = print_text(text, what);
  at = print_text(at, " ");
  at = print_text(at, where);
  if (error != 0) at = print_number(print_text(at, ": error "), (u64)-error, 10);
  write_frame('!', text, (u64)(at - text));
}
