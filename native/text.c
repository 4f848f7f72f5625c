/* Text that ends with NUL, numbers in text, and bytes that move within a buffer. */

/* Moves bytes towards the start of a buffer; both ranges may overlap. */
static void move_down(void *to, const void *from, u64 length) {
  u8 *t = to;
  const u8 *f = from;
  while (length--) *t++ = *f++;
}

static u64 length_of(const char *text) {
  u64 n = 0;
  while (text[n]) n++;
  return n;
}

static int is_equal(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return *a == *b;
}

static int starts_with(const char *text, const char *start) {
  while (*start)
    if (*text++ != *start++) return 0;
  return 1;
}

static char *print_number(char *at, u64 value, u32 base) {
  char digits[24];
  int n = 0;
  do digits[n++] = (char)('0' + value % base);
  while (value /= base);
  while (n > 0) *at++ = digits[--n];
  return at;
}

static char *print_text(char *at, const char *text) {
  while (*text) *at++ = *text++;
  return at;
}

static u64 parse_number(const char *text) {
  u64 value = 0;
  for (; *text >= '0' && *text <= '9'; text++) value = value * 10 + (u64)(*text - '0');
  return value;
}
