/*
 * Standard output: frames of a letter, a length in four bytes (little endian), and that many bytes.
 * Invariant: a frame is never cut. The output ends between frames, unless the reader is gone: then the
 * program ends at once.
 */

static u8 out[128 * 1024];
static u64 out_length;

static void flush(void) {
  for (u64 at = 0; at < out_length;) {
    i64 n = sys(write, 1, out + at, out_length - at, 0, 0);
    if (n == -EINTR) continue;
    if (n <= 0) sys(exit_group, 1, 0, 0, 0, 0);
    at += (u64)n;
  }
  out_length = 0;
}

static void write_bytes(const void *bytes, u64 length) {
  const u8 *from = bytes;
  while (length > 0) {
    if (out_length == sizeof out) flush();
    u64 part = sizeof out - out_length < length ? sizeof out - out_length : length;
    memcpy(out + out_length, from, part);
    out_length += part;
    from += part;
    length -= part;
  }
}

static void write_frame(char kind, const void *bytes, u64 length) {
  u8 head[5] = {(u8)kind, (u8)length, (u8)(length >> 8), (u8)(length >> 16), (u8)(length >> 24)};
  write_bytes(head, 5);
  write_bytes(bytes, length);
}
