/*
 * Standard input: words that end with NUL.
 * Invariant: the end of the input ends the program, wherever it is in a request. The helper never outlives
 * the process that asks it.
 */

static u8 in[65536];
static u64 in_at, in_length;

/*
 * Reads one word into `to`, with NUL at its end. Returns 0 at the end of the input. A word that is too long is
 * cut, and the request fails: its start may name another file.
 */
static int read_word(char *to, u64 room, u64 *length) {
  u64 n = 0;
  int too_long = 0;
  for (;;) {
    if (in_at == in_length) {
      i64 got = sys(read, 0, in, sizeof in, 0, 0);
      if (got == -EINTR) continue;
      if (got <= 0) return 0;
      in_length = (u64)got;
      in_at = 0;
    }
    u8 byte = in[in_at++];
    if (byte == 0) break;
    if (n + 1 < room) to[n++] = (char)byte;
    else too_long = 1;
  }
  to[n] = 0;
  if (too_long) fail("word too long:", to, 0);
  *length = n;
  return 1;
}

/* Reads one word and returns its length. */
static u64 require_word(char *to, u64 room) {
  u64 length;
  if (!read_word(to, room, &length)) sys(exit_group, 0, 0, 0, 0, 0);
  return length;
}
