/* Fuzzes the walk of the helper: all requests that look at trees, which the bytes build and then change. */
#include "run-helper.c"

static u8 sent[1 << 18];
static u64 sent_length;

static void send_word(const char *word) {
  u64 length = length_of(word) + 1;
  if (length > sizeof sent - sent_length) return;
  memcpy(sent + sent_length, word, length);
  sent_length += length;
}

static void send_words(const char *const *words) {
  for (; *words; words++) send_word(*words);
}

/* Sends the paths of all entries below a folder, each after a mode, and twice if it is to be copied. */
static void send_paths(struct node *folder, const char *modes, int twice, u64 base) {
  static char full[ROOM_path];
  if (sent_length > sizeof sent / 2) return;
  for (struct entry_of *entry = folder->entries; entry; entry = entry->next) {
    char mode[2] = {modes[next_byte() % length_of(modes)], 0};
    u64 length = length_of(entry->name);
    if (base + length + 2 > sizeof full) return;
    memcpy(full + base, entry->name, length + 1);
    send_word(mode);
    send_word(full);
    if (twice) send_word(full);
    if ((entry->node->mode & 0170000) != 0040000) continue;
    full[base + length] = '/';
    send_paths(entry->node, modes, twice, base + length + 1);
  }
}

static u64 count_entries(const struct node *folder) {
  u64 count = 0;
  for (struct entry_of *entry = folder->entries; entry; entry = entry->next)
    count += 1 + count_entries(entry->node);
  return count;
}

#define SEND(...) send_words((const char *const[]){__VA_ARGS__, 0})

static void send_requests(u8 which) {
  sent_length = 0;
  if (which & 1) SEND("list", "u", which & 2 ? "" : "60.000000000");
  if (which & 4) SEND("compare", "/u", which & 2 ? "" : "110.000000001", which & 8 ? "all" : "");
  if (which & 16) SEND("stack", "l1", "l2", "u", "");
  if (which & 16) SEND("weigh", "u", "l1", "");
  if (which & 32) SEND("children", ".", "u", "a", "");
  if (which & 64) {
    SEND("words", "p", "token", "pb", "xyz", "pil", "secret", "");
    SEND("read", "u", "300");
    send_paths(tree_roots[1], "ats", 0, 0);
    SEND("");
  }
  if (which & 128) {
    SEND("copy", "u", "c", which & 2 ? "" : "55", which & 8 ? "all" : "capability");
    send_paths(tree_roots[1], "clhdr", 1, 0);
    SEND("", "unlink", "c", "a");
  }
  SEND("now");
}

int LLVMFuzzerTestOneInput(const u8 *bytes, u64 length) {
  fuzz_bytes = bytes;
  fuzz_left = length;
  u8 which = next_byte(), how = next_byte();
  reset_tree();
  build_trees();
  may_disturb = 1;
  input_piece = how & 1 ? 1 : 4096;
  fork_mode = how & 8 ? how & 16 ? NEW : FIRST : NO_PROCESS;
  send_requests(which);
  expected_rows = which & 2 ? count_entries(tree_roots[1]) + 1 : 0;
  run_helper(sent, sent_length);
  return 0;
}
