/* Processes and pipes: no process is started, but the helper is told that one was. */

static i64 fake_wait(i64 process, int *status) {
  if (process <= 0) crash("waits for any process");
  if (children == 0) return -10;
  children--;
  *status = may_disturb && next_byte() >= 200 ? 256 : 0;
  return process;
}

static i64 fake_fork(void) {
  if (fork_mode == NO_PROCESS) return -11;
  if (fork_mode == NEW) {
    is_child = 1;
    return 0;
  }
  children++;
  return 4711;
}

static i64 fake_pipe(int *ends) {
  i64 out = open_number(PIPE_OUT, 0), in = open_number(PIPE_IN, 0);
  if (in < 0) {
    if (out >= 0) open_files[out].kind = FREE;
    return -EMFILE;
  }
  ends[0] = (int)out, ends[1] = (int)in;
  return 0;
}

static i64 fake_close(i64 number) {
  if (number < 0) return -9;
  if (!file_of(number)) crash("closes a file that is not open");
  if (number < 2 && !is_child) crash("closes its input or output");
  open_files[number].kind = FREE;
  return 0;
}
