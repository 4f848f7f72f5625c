/* Checks everything that the helper sends against the table of the protocol, and what it keeps between requests. */

struct declared {
  const char *name;
  u64 words, items;
  const char *frames;
};

#define DECLARE(name, words, items, frames) {#name, words, items, frames},
static const struct declared declared[] = {REQUESTS(DECLARE)};
static const struct declared unknown = {"", 0, 0, ""};

/* The complete requests of the input, in order. */
static const struct declared *expected[65536];
static u64 expected_count, answer_count;

static u8 frame[1 << 20];
static u64 frame_used;
static char last_path[ROOM_path];
static u64 rows;

/* Rows of a list that was not disturbed; 0 if the test does not know. */
static u64 expected_rows;
static int failed_frames;
static struct memory kept_memory;

static const u8 *after_word(const u8 *at, const u8 *end) {
  while (at < end && *at) at++;
  return at < end ? at + 1 : 0;
}

/* Skips the words of a request after its name; 0 if it is not complete. */
static const u8 *after_request(const struct declared *request, const u8 *at, const u8 *end) {
  for (u64 n = request->words; n > 0; n--)
    if (!(at = after_word(at, end))) return 0;
  if (request->items == 0) return at;
  for (;;) {
    int last = at < end && *at == 0;
    if (!(at = after_word(at, end)) || last) return at;
    for (u64 n = request->items - 1; n > 0; n--)
      if (!(at = after_word(at, end))) return 0;
  }
}

static void expect_answers(const u8 *at, const u8 *end) {
  expected_count = answer_count = frame_used = 0;
  failed_frames = 0;
  rows = 0;
  last_path[0] = 0;
  kept_memory = memory;
  while (at && at < end && expected_count < sizeof expected / sizeof *expected) {
    const struct declared *request = &unknown;
    const u8 *next = after_word(at, end);
    if (!next) return;
    for (u64 i = 0; i < sizeof declared / sizeof *declared; i++)
      if (is_equal(declared[i].name, (const char *)at)) request = &declared[i];
    if ((at = after_request(request, next, end))) expected[expected_count++] = request;
  }
}

static int holds_letter(const char *letters, char letter) {
  while (*letters && *letters != letter) letters++;
  return *letters == letter && letter;
}

/* Folders come in the order of names, each before what is below it: a slash sorts before every other byte. */
static int is_sorted(const char *before, const char *after) {
  while (*before && *before == *after) before++, after++;
  u32 a = *before == '/' ? 1 : *before ? (u8)*before + 1u : 0;
  u32 b = *after == '/' ? 1 : *after ? (u8)*after + 1u : 0;
  return a < b;
}

static void check_row(const char *content, u64 length, u64 fields, int is_first) {
  u64 found = 0;
  for (u64 i = 0; i < length; i++) found += content[i] == 0;
  if (found != fields || content[length - 1]) crash("sends a row with another number of fields");
  u64 path_end = length_of(content);
  if (!holds_letter("fdlpsbcw", content[path_end + 1])) crash("sends a row of no type");
  if (path_end >= sizeof last_path) crash("sends a path that is too long");
  if (!disturbed && !is_first && !is_sorted(last_path, content)) crash("sends rows that are not sorted");
  memcpy(last_path, content, path_end + 1);
}

static void check_end(const struct declared *request) {
  u64 kept = (group >= 0 ? 1u : 0u) + (to_keeper >= 0 && children > 0 ? 1u : 0u);
  if (!is_child && count_open() > kept) crash("leaves a file open after a request");
  if (!is_equal(request->name, "words") && memory.free != kept_memory.free) crash("keeps memory after a request");
  kept_memory = memory;
}

static void check_frame(char letter, const char *content, u64 length) {
  const struct declared *request = answer_count < expected_count ? expected[answer_count] : 0;
  if (is_child) return;
  if (!request) {
    /* The words of the last request are missing: it may have failed before. */
    if (letter == 'e') crash("answers more requests than it was sent");
    return;
  }
  if (letter == 'e') {
    check_end(request);
    int is_whole = !disturbed && !failed_frames && is_equal(request->name, "list");
    if (is_whole && expected_rows > 0 && rows != expected_rows) crash("lists more or fewer entries than there are");
    answer_count++;
    rows = 0;
    failed_frames = 0;
    return;
  }
  if (failed_frames) crash("goes on after a failure");
  if (letter == '!') failed_frames = 1;
  else if (!holds_letter(request->frames, letter)) crash("sends a frame that the request has not");
  int sorted = !is_equal(request->name, "children");
  if (letter == 'r') check_row(content, length, 11, rows++ == 0 || !sorted);
  if (letter == 'p') check_row(content, length, 2, rows++ == 0 || !sorted);
}

static void accept_output(const u8 *bytes, u64 length) {
  while (length > 0) {
    u64 size = frame_used < 5 ? 5 : 5 + (frame[1] | (u64)frame[2] << 8 | (u64)frame[3] << 16 | (u64)frame[4] << 24);
    if (size > sizeof frame) crash("sends a frame that is too long");
    u64 part = size - frame_used < length ? size - frame_used : length;
    memcpy(frame + frame_used, bytes, part);
    frame_used += part, bytes += part, length -= part;
    if (frame_used < 5) continue;
    size = 5 + (frame[1] | (u64)frame[2] << 8 | (u64)frame[3] << 16 | (u64)frame[4] << 24);
    if (frame_used < size) continue;
    check_frame((char)frame[0], (const char *)frame + 5, size - 5);
    frame_used = 0;
  }
}

static void check_run(void) {
  if (is_child) return;
  if (frame_used > 0) crash("ends within a frame");
  if (answer_count != expected_count) crash("ends before it answered every request");
}
