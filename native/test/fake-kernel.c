/*
 * A kernel for fuzzers: answers the system calls of the helper from the tree in memory, without rights and without
 * touching the machine. It ends the run with a report if the helper follows a link, leaves its tree, writes
 * where it must not, waits for ever, or uses memory or files that are not its own.
 */

enum { FREE, NODE, PIPE_OUT, PIPE_IN };

static struct file {
  u8 kind;
  struct node *node;
  u64 offset;
} open_files[64];

static struct node *working_folder;

/* What the helper reads as its input, and in how large pieces. */
static const u8 *input;
static u64 input_at, input_size, input_piece;

/* What clone does: no process can be started, this is the first one, or this is the new one. */
static enum { NO_PROCESS, FIRST, NEW } fork_mode;
static u64 children;
static int is_child, disturbed, may_disturb, any_folder;

static void accept_output(const u8 *bytes, u64 length);
static void end_run(void) __attribute__((noreturn));

static void crash(const char *why) {
  static char text[256];
  char *end = print_text(print_text(text, "the helper "), why);
  *end++ = '\n';
  syscall(__NR_write, 2, text, end - text);
  __builtin_trap();
}

static i64 open_number(u8 kind, struct node *node) {
  for (i64 i = 3; i < 64; i++) {
    if (open_files[i].kind != FREE) continue;
    open_files[i] = (struct file){kind, node, 0};
    return i;
  }
  return -EMFILE;
}

static u64 count_open(void) {
  u64 count = 0;
  for (u64 i = 3; i < 64; i++) count += open_files[i].kind != FREE;
  return count;
}

static struct file *file_of(i64 number) {
  return number >= 0 && number < 64 && open_files[number].kind != FREE ? &open_files[number] : 0;
}

static struct node *folder_of(i64 number) {
  if (number == AT_FDCWD) return working_folder;
  struct file *file = file_of(number);
  return file && file->kind == NODE && (file->node->mode & 0170000) == 0040000 ? file->node : 0;
}

static u32 kind_of(const struct node *node) {
  return node->mode & 0170000;
}

static int is_below(const struct node *node, const struct node *top) {
  while (node != top && node->parent != node) {
    if (!node->parent) return 0;
    node = node->parent;
  }
  return node == top;
}

#include "fake-owner.c"

static struct node *find_child(struct node *folder, const char *name) {
  for (const char *at = name; *at; at++)
    if (*at == '/') crash("uses a path of several names");
  if (is_equal(name, ".")) return folder;
  if (is_equal(name, "..")) return folder->parent;
  if (folder->outside && !any_folder) crash("looks into a folder outside of its tree");
  struct entry_of *entry = find_entry(folder, name);
  return entry ? entry->node : 0;
}

static void require_writable(const struct node *node) {
  if (!node->writable && !any_folder) crash("writes outside of the target of a copy");
}

static i64 fake_open(i64 at, const char *name, i64 flags) {
  struct node *folder = folder_of(at), *node;
  if (name[0] == '/' && name[1] == 0) return open_number(NODE, tree_roots[0]);
  if (name[0] == '/') name++, folder = tree_roots[0];
  /* The folder of a control group is opened by its whole path. */
  if (at == AT_FDCWD)
    for (const char *rest = name; *rest; rest++)
      if (*rest == '/') return -ENOENT;
  if (!folder) return -ENOTDIR;
  i64 error = disturb();
  if (error < 0) return error;
  node = find_child(folder, name);
  if (!node) {
    if (!(flags & O_CREAT)) return -ENOENT;
    require_writable(folder);
    node = add_node(0100600);
    return node && add_entry(folder, name, node) ? open_number(NODE, node) : -28;
  }
  if (flags & O_EXCL) return -EEXIST;
  if (kind_of(node) == 0120000) {
    if (!(flags & O_NOFOLLOW)) crash("follows a link");
    return flags & O_DIRECTORY ? -ENOTDIR : -ELOOP;
  }
  if (flags & O_DIRECTORY && kind_of(node) != 0040000) return -ENOTDIR;
  if (flags & O_WRONLY) require_writable(node);
  if (kind_of(node) == 0010000 && !(flags & O_NONBLOCK)) crash("waits for a pipe of the workspace");
  if (kind_of(node) != 0100000 && kind_of(node) != 0040000 && kind_of(node) != 0010000) return -13;
  return open_number(NODE, node);
}

static i64 fake_read(i64 number, u8 *to, u64 room) {
  struct file *file = file_of(number);
  u64 length = 0;
  if (number == 0 && !is_child) {
    length = input_size - input_at < input_piece ? input_size - input_at : input_piece;
    if (length > room) length = room;
    memcpy(to, input + input_at, length);
    input_at += length;
    return (i64)length;
  }
  if (number == 0 || (file && file->kind == PIPE_OUT)) {
    for (; may_disturb && length < room && length < 64 && fuzz_left > 0; length++) to[length] = next_byte();
    return (i64)length;
  }
  if (!file || file->kind != NODE) return -9;
  if (kind_of(file->node) == 0040000) return -21;
  i64 error = disturb();
  if (error < 0) return error == -ENOENT ? -EINTR : error;
  if (file->offset < file->node->size) length = file->node->size - file->offset;
  if (length > room) length = room;
  memcpy(to, file->node->content + file->offset, length);
  file->offset += length;
  return (i64)length;
}

static i64 write_node(struct file *file, const u8 *from, u64 length) {
  struct node *node = file->node;
  require_writable(node);
  if (file->offset + length > node->room) {
    u8 *content = take_bytes(2 * (file->offset + length));
    if (!content) return -28;
    memcpy(content, node->content, node->size);
    node->content = content;
    node->room = 2 * (file->offset + length);
  }
  memcpy(node->content + file->offset, from, length);
  file->offset += length;
  if (file->offset > node->size) node->size = file->offset;
  return (i64)length;
}

static i64 fake_write(i64 number, const u8 *from, u64 length) {
  struct file *file = file_of(number);
  if (number == 1) {
    accept_output(from, length);
    return (i64)length;
  }
  if (!file) return -9;
  if (file->kind == PIPE_IN) return may_disturb && next_byte() >= 128 ? -11 : (i64)length;
  i64 error = disturb();
  return error < 0 ? (error == -ENOENT ? -EINTR : error) : write_node(file, from, length);
}

static i64 fake_copy_range(i64 from, i64 to, u64 length) {
  struct file *source = file_of(from), *target = file_of(to);
  if (!source || !target) return -9;
  i64 error = disturb();
  if (error < 0) return error == -ENOENT ? -EXDEV : error;
  if (may_disturb && next_byte() >= 220) return 0;
  u64 left = source->offset < source->node->size ? source->node->size - source->offset : 0;
  i64 written = write_node(target, source->node->content + source->offset, left < length ? left : length);
  if (written > 0) source->offset += (u64)written;
  return written;
}

static i64 fake_list(i64 number, u8 *to, u64 room) {
  struct file *file = file_of(number);
  struct node *folder = folder_of(number);
  if (!folder) return -ENOTDIR;
  if (folder->outside && !any_folder) crash("lists a folder outside of its tree");
  i64 error = disturb();
  if (error < 0) return error;
  u64 index = 0, used = 0;
  const char *name = ".";
  struct entry_of *next = folder->entries;
  while (name) {
    u64 length = (19 + length_of(name) + 1 + 7) & ~7ul;
    if (index >= file->offset) {
      if (used + length > room) break;
      struct entry *entry = (struct entry *)(to + used);
      *entry = (struct entry){index + 1, (i64)index, (u16)length, 0};
      memcpy(entry->name, name, length_of(name) + 1);
      used += length;
    }
    index++;
    if (index == 1) name = "..";
    else if (next) name = next->name, next = next->next;
    else name = 0;
  }
  file->offset = index;
  return (i64)used;
}

static i64 fake_status(i64 at, const char *name, i64 flags, struct status *status) {
  struct file *file = file_of(at);
  struct node *folder = folder_of(at), *node = file && file->kind == NODE ? file->node : 0;
  i64 error = disturb();
  if (error < 0) return error;
  if (!(flags & AT_SYMLINK_NOFOLLOW)) crash("looks through a link");
  if (name[0]) node = folder ? find_child(folder, name) : 0;
  else if (at == AT_FDCWD) node = working_folder;
  if (!node) return -ENOENT;
  *status = (struct status){.mode = (u16)node->mode, .uid = node->uid, .gid = node->gid, .links = node->links};
  status->size = node->size;
  status->blocks = node->size / 512;
  status->inode = (u64)(node - nodes) + 1;
  status->device_minor = 7;
  status->major = node->major, status->minor = node->minor;
  status->modified = (struct moment){node->modified, node->nanoseconds, 0};
  status->changed = (struct moment){node->changed, node->nanoseconds, 0};
  return 0;
}

static i64 fake_read_link(i64 at, const char *name, u8 *to, u64 room) {
  struct node *folder = folder_of(at), *node;
  i64 error = disturb();
  if (error < 0) return error;
  if (!folder || !(node = find_child(folder, name))) return -ENOENT;
  if (kind_of(node) != 0120000) return -EINVAL;
  u64 length = node->size < room ? node->size : room;
  memcpy(to, node->content, length);
  return (i64)length;
}

static i64 fake_list_attributes(const char *name, u8 *to, u64 room) {
  struct node *node = find_child(working_folder, name);
  i64 error = disturb();
  if (error < 0 || !node) return node ? error : -ENOENT;
  u64 used = 0;
  for (struct attribute *one = node->attributes; one; one = one->next) {
    u64 length = length_of(one->name) + 1;
    if (used + length > room) return -ERANGE;
    memcpy(to + used, one->name, length);
    used += length;
  }
  return (i64)used;
}

static i64 fake_get_attribute(const char *name, const char *which, u8 *to, u64 room) {
  struct node *node = find_child(working_folder, name);
  i64 error = disturb();
  if (error < 0 || !node) return node ? error : -ENOENT;
  struct attribute *one = node->attributes;
  while (one && !is_equal(one->name, which)) one = one->next;
  if (!one) return -ENODATA;
  if (one->length > room) return -ERANGE;
  memcpy(to, one->value, one->length);
  return (i64)one->length;
}

static i64 fake_change_folder(struct node *folder) {
  if (!folder) return -ENOTDIR;
  working_folder = folder;
  return 0;
}

#include "fake-writes.c"
#include "fake-processes.c"
#include "fake-call.c"
