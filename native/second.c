/*
 * A second process that shares the work of copy and read: two processors take half the time.
 * Invariants: the first process never waits for the second with work in its hands. What the pipe has no room
 * for, it does itself. A pair of words is handed over whole or not at all (PIPE_BUF).
 */

static i64 second = -1, to_second;

/* The pipe that keeps a group frozen as long as it is open: see freezing.c. */
static i64 to_keeper = -1;

/* Starts a process that shares nothing but open files, and not the pipe to the keeper. Returns 0 in it. */
static i64 start_process(void) {
  i64 process = sys(clone, SIGCHLD, 0, 0, 0, 0);
  if (process == 0 && to_keeper >= 0) sys(close, to_keeper, 0, 0, 0, 0);
  return process;
}

static i64 wait_for(i64 process) {
  int status = 0;
  i64 ended;
  do ended = sys(wait4, process, &status, 0, 0, 0);
  while (ended == -EINTR);
  return ended < 0 ? ended : status;
}

/*
 * Starts the second process and returns 1 in it; there the standard input is the pipe. If it cannot start, the
 * first process does all the work.
 */
static int start_second(void) {
  int ends[2];
  if (sys(pipe2, ends, O_CLOEXEC, 0, 0, 0) < 0) return 0;
  to_second = ends[1];
  sys(fcntl, to_second, F_SETFL, O_NONBLOCK, 0, 0);
  /* A short queue, so that neither has much left to do when the other is done. */
  sys(fcntl, to_second, F_SETPIPE_SZ, PIPE_BUF, 0, 0);
  flush();
  second = start_process();
  if (second == 0) {
    second = -1;
    in_at = in_length = 0;
    sys(close, to_second, 0, 0, 0, 0);
    sys(dup3, ends[0], 0, 0, 0, 0);
    return 1;
  }
  sys(close, ends[0], 0, 0, 0, 0);
  if (second < 0) sys(close, to_second, 0, 0, 0, 0);
  return 0;
}

/* Hands two words to the second process. Returns 0 if there is none, or if its queue is full. */
static int hand_over(const char *one, const char *other) {
  static char words[PIPE_BUF];
  u64 n = length_of(one) + 1, m = length_of(other) + 1;
  if (second <= 0 || n + m > sizeof words) return 0;
  memcpy(words, one, n);
  memcpy(words + n, other, m);
  return sys(write, to_second, words, n + m, 0, 0) == (i64)(n + m);
}

/* Waits for the second process and returns its exit status; 0 if there is none. */
static i64 wait_for_second(void) {
  if (second <= 0) return 0;
  sys(close, to_second, 0, 0, 0, 0);
  i64 status = wait_for(second);
  second = -1;
  return status;
}
