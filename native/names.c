/* The names of a folder, sorted by their bytes: answers list folders in this order. */

struct entry {
  u64 inode;
  i64 offset;
  u16 length;
  u8 type;
  char name[];
};

/* Names of a folder in order, and the next one to visit. */
struct names {
  u64 count, next;
  char **all;
};

static int precedes(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return (u8)*a < (u8)*b;
}

/* Merge sort: merges neighbouring runs of doubling width. Returns the one of the two arrays with the result. */
static char **sort_names(char **all, char **spare, u64 count) {
  for (u64 width = 1; width < count; width *= 2) {
    for (u64 from = 0; from < count; from += 2 * width) {
      u64 a = from, middle = from + width < count ? from + width : count;
      u64 b = middle, end = middle + width < count ? middle + width : count;
      for (u64 to = from; to < end; to++)
        spare[to] = a < middle && (b == end || !precedes(all[b], all[a])) ? all[a++] : all[b++];
    }
    char **other = all;
    all = spare;
    spare = other;
  }
  return all;
}

static struct names read_names(i64 folder) {
  static u8 entries[65536] __attribute__((aligned(8)));
  struct node {
    struct node *next;
    char name[];
  } *last = 0;
  struct names names = {0, 0, 0};
  for (;;) {
    i64 n = sys(getdents64, folder, entries, sizeof entries, 0, 0);
    if (n < 0) fail("cannot list", path, n);
    if (n <= 0) break;
    for (i64 at = 0; at < n;) {
      struct entry *entry = (struct entry *)(entries + at);
      at += entry->length;
      if (is_equal(entry->name, ".") || is_equal(entry->name, "..")) continue;
      u64 length = length_of(entry->name);
      struct node *one = allocate(sizeof *one + length + 1);
      memcpy(one->name, entry->name, length + 1);
      one->next = last;
      last = one;
      names.count++;
    }
  }
  char **all = allocate((names.count + 1) * sizeof *all);
  u64 n = 0;
  for (; last; last = last->next) all[n++] = last->name;
  names.all = sort_names(all, allocate((names.count + 1) * sizeof *all), names.count);
  return names;
}
