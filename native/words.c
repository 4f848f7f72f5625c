/*
 * Request words: the texts that a read searches files for, several bytes at a time (Wu and Manber, 1994).
 * Files are narrowed down here; the caller applies the complete rules to what it gets.
 */

struct word {
  struct word *next;
  u64 length;
  u8 *lower, *upper;
};

/* The search words for one kind of file. */
struct words {
  u64 shortest;
  struct word *all;
  /* How far the search may skip ahead by the last two bytes. */
  u8 shift[65536];
  /*
   * A bit for each two bytes of which it may not skip as far as possible. A processor keeps these bits near, and
   * guesses that it may: most steps wait for no memory.
   */
  u8 near[8192];
  struct word *chain[4096];
};

static struct words plain, strict, binary;

#define hash_of(a, b) ((((u32)(a) << 5) ^ (b)) & 4095)

static void add_word(struct words *words, const char *text, u64 length, int any_case) {
  struct word *word = allocate(sizeof *word);
  *word = (struct word){words->all, length, allocate(length), allocate(length)};
  for (u64 i = 0; i < length; i++) {
    word->lower[i] = word->upper[i] = (u8)text[i];
    if (any_case && text[i] >= 'a' && text[i] <= 'z') word->upper[i] = (u8)(text[i] - 32);
  }
  words->all = word;
  if (words->shortest == 0 || length < words->shortest) words->shortest = length;
}

/*
 * Fills the tables for both cases of each letter. `chain` holds the words whose first `shortest` bytes end with two
 * bytes of that hash.
 */
static void prepare_words(struct words *words) {
  u64 m = words->shortest;
  memset(words->shift, (int)(m > 1 ? m - 1 : 1), sizeof words->shift);
  memset(words->near, 0, sizeof words->near);
  memset(words->chain, 0, sizeof words->chain);
  struct word *next;
  for (struct word *word = words->all; word; word = next) {
    next = word->next;
    for (u64 j = 0; j + 1 < m; j++)
      for (int variant = 0; variant < 4; variant++) {
        u8 first = (variant & 1 ? word->upper : word->lower)[j];
        u8 second = (variant & 2 ? word->upper : word->lower)[j + 1];
        u8 *shift = &words->shift[first << 8 | second];
        if (m - 2 - j < *shift) *shift = (u8)(m - 2 - j);
        words->near[first << 5 | second >> 3] |= (u8)(1 << (second & 7));
      }
    for (int variant = 0; variant < 4; variant++) {
      u8 first = (variant & 1 ? word->upper : word->lower)[m - 2];
      u8 second = (variant & 2 ? word->upper : word->lower)[m - 1];
      /* A letter without another case has one entry. */
      if (((variant & 1) && first == word->lower[m - 2]) || ((variant & 2) && second == word->lower[m - 1])) continue;
      struct word *link = allocate(sizeof *link);
      *link = *word;
      link->next = words->chain[hash_of(first, second)];
      words->chain[hash_of(first, second)] = link;
    }
  }
}

/* No token is shorter, and no word of this length stands in random bytes by chance. */
#define SHORTEST_TOKEN 16
#define CERTAIN_WORD 8

static int is_printable(u8 byte) { return byte >= 0x20 && byte < 0x7f; }

/* True if the bytes from `start` to `end` are part of as much text as a token has, or of text that goes on elsewhere. */
static int is_in_text(const u8 *bytes, u64 length, u64 start, u64 end) {
  while (start > 0 && end - start < SHORTEST_TOKEN && is_printable(bytes[start - 1])) start--;
  while (end < length && end - start < SHORTEST_TOKEN && is_printable(bytes[end])) end++;
  return end - start >= SHORTEST_TOKEN || start == 0 || end == length;
}

/* `is_text`: false if the bytes are of a file that is no text. Every fifth of those holds a short word by chance. */
static int holds_word(const struct words *words, const u8 *bytes, u64 length, int is_text) {
  u64 m = words->shortest;
  if (m < 2) return 0;
  for (u64 at = m - 1; at < length;) {
    if (!(words->near[bytes[at - 1] << 5 | bytes[at] >> 3] >> (bytes[at] & 7) & 1)) {
      at += m - 1;
      continue;
    }
    u8 shift = words->shift[bytes[at - 1] << 8 | bytes[at]];
    if (shift > 0) {
      at += shift;
      continue;
    }
    const u8 *from = bytes + at + 1 - m;
    u64 left = length - (at + 1 - m);
    for (struct word *word = words->chain[hash_of(bytes[at - 1], bytes[at])]; word; word = word->next) {
      if (word->length > left) continue;
      u64 i = 0;
      while (i < word->length && (from[i] == word->lower[i] || from[i] == word->upper[i])) i++;
      if (i < word->length) continue;
      u64 start = at + 1 - m;
      if (is_text || i >= CERTAIN_WORD || is_in_text(bytes, length, start, start + i)) return 1;
    }
    at++;
  }
  return 0;
}

static void serve_words(void) {
  char flags[ROOM_flags], text[ROOM_text];
  /* Those of an earlier request, and nothing else, are still allocated. */
  release_to((struct memory){0, 0, 0});
  plain.all = strict.all = binary.all = 0;
  plain.shortest = strict.shortest = binary.shortest = 0;
  for (;;) {
    if (require_word(flags, sizeof flags) == 0) break;
    u64 length = require_word(text, sizeof text);
    int in_binary = 0, loose = 0, any_case = 0;
    for (char *flag = flags; *flag; flag++) {
      if (*flag == 'b') in_binary = 1;
      if (*flag == 'l') loose = 1;
      if (*flag == 'i') any_case = 1;
    }
    if (length < 3) {
      fail("cannot search for", text, -EINVAL);
      continue;
    }
    add_word(&plain, text, length, any_case);
    if (!loose) add_word(&strict, text, length, any_case);
    if (in_binary) add_word(&binary, text, length, any_case);
  }
  prepare_words(&plain);
  prepare_words(&strict);
  prepare_words(&binary);
}
