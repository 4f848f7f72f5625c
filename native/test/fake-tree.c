/*
 * A file system in memory, built from the bytes of a fuzzer. Unlike a real one it can hold what no test can make
 * without rights (devices, marks of an overlay), and it changes between two calls as a hostile workspace changes it.
 */

#define MAX_NODES 256
#define MAX_ENTRIES 512
#define MAX_ATTRIBUTES 128

struct attribute {
  struct attribute *next;
  const char *name;
  const u8 *value;
  u64 length;
};

struct node {
  u32 mode, uid, gid, links, major, minor;
  i64 modified, changed;
  u32 nanoseconds;
  u8 *content;
  u64 size, room;
  /* Writes that a request must not make end the run, and so does a look into what is outside of the tree. */
  u8 writable, outside;
  struct attribute *attributes;
  struct entry_of *entries;
  struct node *parent;
};

struct entry_of {
  struct entry_of *next;
  const char *name;
  struct node *node;
};

static struct node nodes[MAX_NODES];
static struct entry_of entries_of[MAX_ENTRIES];
static struct attribute attributes_of[MAX_ATTRIBUTES];
static u64 node_count, entry_count, attribute_count;

/* Names and contents of one run. */
static u8 pool[1 << 18];
static u64 pool_used;

static u8 *take_bytes(u64 length) {
  if (length > sizeof pool - pool_used) return 0;
  u8 *taken = pool + pool_used;
  pool_used += length;
  return taken;
}

/* The bytes of a run, used up one after another; zeros after the last. */
static const u8 *fuzz_bytes;
static u64 fuzz_left;

static u8 next_byte(void) {
  if (fuzz_left == 0) return 0;
  fuzz_left--;
  return *fuzz_bytes++;
}

static struct node *add_node(u32 mode) {
  if (node_count == MAX_NODES) return 0;
  struct node *node = &nodes[node_count++];
  *node = (struct node){.mode = mode, .content = pool, .changed = 100 + (i64)node_count, .modified = 50};
  return node;
}

static struct entry_of *find_entry(struct node *folder, const char *name) {
  struct entry_of *entry = folder->entries;
  while (entry && !is_equal(entry->name, name)) entry = entry->next;
  return entry;
}

static void remove_entry(struct node *folder, struct entry_of *gone) {
  struct entry_of **at = &folder->entries;
  while (*at && *at != gone) at = &(*at)->next;
  if (!*at) return;
  *at = gone->next;
  gone->node->links--;
}

/* Returns 0 if there is no room. */
static int add_entry(struct node *folder, const char *name, struct node *node) {
  u64 length = length_of(name) + 1;
  u8 *copy = take_bytes(length);
  if (!node || !copy || entry_count == MAX_ENTRIES) return 0;
  memcpy(copy, name, length);
  struct entry_of *entry = &entries_of[entry_count++];
  *entry = (struct entry_of){folder->entries, (const char *)copy, node};
  folder->entries = entry;
  node->links++;
  if ((node->mode & 0170000) == 0040000) node->parent = folder;
  node->writable = folder->writable;
  return 1;
}

static struct node *add_folder(struct node *parent, const char *name) {
  struct node *folder = add_node(0040755);
  if (!folder || (parent && !add_entry(parent, name, folder))) return 0;
  return folder;
}

static int set_attribute(struct node *node, const char *name, const u8 *value, u64 length) {
  struct attribute *attribute = node->attributes;
  while (attribute && !is_equal(attribute->name, name)) attribute = attribute->next;
  u8 *copy = take_bytes(length + 1), *own_name = take_bytes(length_of(name) + 1);
  if (!copy || !own_name) return 0;
  memcpy(copy, value, length);
  if (!attribute) {
    if (attribute_count == MAX_ATTRIBUTES) return 0;
    attribute = &attributes_of[attribute_count++];
    memcpy(own_name, name, length_of(name) + 1);
    attribute->name = (const char *)own_name;
    attribute->next = node->attributes;
    node->attributes = attribute;
  }
  attribute->value = copy;
  attribute->length = length;
  return 1;
}

/* A name of a file as every kernel has it: 1 to 255 bytes, neither slash nor NUL, not `.` or `..`. */
static void take_name(char *name) {
  static const char *common[] = {"a", "b", "c", "d", "a.b", ".wh.a", "-", "token"};
  u8 first = next_byte();
  u64 length = 0;
  if (first < 128) {
    *print_text(name, common[first % 8]) = 0;
    return;
  }
  if (first >= 224) {
    while (length < 255u - (first & 7)) name[length++] = (char)('x' + (first & 1));
  } else {
    for (u64 n = first % 16 + 1u; length < n; length++) {
      u8 byte = next_byte();
      name[length] = (char)(byte == 0 || byte == '/' ? '_' : byte);
    }
  }
  name[length] = 0;
  if (is_equal(name, ".") || is_equal(name, "..")) name[0] = '_';
}

static void take_attribute(struct node *node) {
  static const char *names[] = {"trusted.overlay.opaque", "trusted.overlay.metacopy", "trusted.overlay.redirect",
                                "trusted.overlay.overlay.opaque", "user.overlay.opaque", "user.one,two",
                                "security.capability", "security.selinux", "user.x"};
  u8 which = next_byte();
  u8 value[2] = {which & 128 ? next_byte() : 'y', 0};
  set_attribute(node, names[which % (sizeof names / sizeof *names)], value, which & 64 ? 2 : 1);
}

static void take_content(struct node *node) {
  u64 length = next_byte();
  if (length >= 250) length = 1000u * (length - 249);
  u8 *content = take_bytes(length);
  if (!content) return;
  u8 fill = next_byte();
  for (u64 i = 0; i < length; i++) content[i] = fill < 64 ? 0 : fill;
  if (fill % 2 == 1 && length > 8) memcpy(content + length / 2, "token", 5 < length - length / 2 ? 5 : 1);
  node->content = content;
  node->size = node->room = length;
}

static void take_link(struct node *node) {
  static const char *targets[] = {"/", "..", "/o/secret", "a", "../o", "/u/a"};
  const char *target = targets[next_byte() % 6];
  node->content = (u8 *)target;
  node->size = length_of(target);
}

/* The own root; in it a workspace's upper folder, two layers, the target of copies, and what nobody may see. */
static struct node *tree_roots[6];
static struct node *last_node;

static void reset_tree(void) {
  static const char *names[] = {"", "u", "l1", "l2", "c", "o"};
  node_count = entry_count = attribute_count = pool_used = 0;
  tree_roots[0] = add_node(0040755);
  tree_roots[0]->parent = tree_roots[0];
  tree_roots[0]->links = 1;
  for (u64 i = 1; i < 6; i++) tree_roots[i] = add_folder(tree_roots[0], names[i]);
  tree_roots[4]->writable = 1;
  tree_roots[5]->outside = 1;
  last_node = tree_roots[1];
}

/* One step of building: the first byte says what. */
static struct node *build_step(struct node *folder, u8 step) {
  static const u32 kinds[] = {0100644, 0120777, 0010644, 0140755, 0060660, 0020000, 0020600, 0104755};
  char name[256];
  struct node *made = 0;
  if (step < 60) {
    take_name(name);
    if (find_entry(folder, name)) return folder;
    made = add_node(kinds[step % 8]);
    if (!made || !add_entry(folder, name, made)) return folder;
    if ((made->mode & 0170000) == 0100000) take_content(made);
    if ((made->mode & 0170000) == 0120000) take_link(made);
    if (step % 8 == 6 || step % 8 == 4) made->major = next_byte(), made->minor = next_byte() * 7u;
    last_node = made;
  } else if (step < 110) {
    take_name(name);
    struct entry_of *known = find_entry(folder, name);
    made = known ? known->node : add_folder(folder, name);
    if (!made || (made->mode & 0170000) != 0040000) return folder;
    last_node = made;
    return made;
  } else if (step < 140) {
    return folder->parent == tree_roots[0] || !folder->parent ? folder : folder->parent;
  } else if (step < 160) {
    return tree_roots[step % 5];
  } else if (step < 185) {
    take_attribute(last_node);
  } else if (step < 205) {
    u8 how = next_byte();
    last_node->mode = (last_node->mode & 0170000) | ((u32)next_byte() << 4);
    last_node->uid = how & 1 ? 4294967295u : next_byte();
    last_node->modified = how & 2 ? (i64)(1ul << 63) : how & 4 ? -(i64)next_byte() : next_byte();
    last_node->changed = how & 8 ? -1 : next_byte();
    last_node->nanoseconds = how & 16 ? 999999999 : 0;
  } else if (step < 220) {
    take_name(name);
    if ((last_node->mode & 0170000) != 0040000 && !find_entry(folder, name)) add_entry(folder, name, last_node);
  } else if (step < 230) {
    take_name(name);
    if (find_entry(folder, name)) return folder;
    for (u8 depth = next_byte() % 80; depth > 0 && (made = add_folder(folder, name)); depth--) folder = made;
  }
  return folder;
}

/* Builds trees until a byte above all steps, or the end. */
static void build_trees(void) {
  struct node *folder = tree_roots[1];
  while (fuzz_left > 0) {
    u8 step = next_byte();
    if (step >= 230) return;
    folder = build_step(folder, step);
  }
}
