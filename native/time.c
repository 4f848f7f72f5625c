/* The time of the machine, as inodes are stamped with it. */

/*
 * Sends a time. Inodes are stamped by the coarse clock or by the exact one: everything that changed before has no
 * later time than the exact clock, everything that changes from now on has no earlier one than the coarse clock.
 */
static void write_time(i64 clock) {
  static char text[64];
  struct times now = {0, 0};
  sys(clock_gettime, clock, &now, 0, 0, 0);
  char *at = print_number(text, (u64)now.seconds, 10);
  *at++ = '.';
  for (u64 unit = 100000000, rest = (u64)now.nanoseconds; unit > 0; rest %= unit, unit /= 10)
    *at++ = (char)('0' + rest / unit);
  write_frame('t', text, (u64)(at - text));
}

static void serve_now(void) {
  write_time(CLOCK_REALTIME);
}
