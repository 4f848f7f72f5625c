/* System calls that change a tree: only the target of a copy may change. */

static i64 fake_create(i64 at, const char *name, u32 mode, const char *target) {
  if (name[0] == '/') return 0;
  struct node *folder = folder_of(at);
  if (!folder) return -ENOTDIR;
  if (!name[0]) return -ENOENT;
  if (find_child(folder, name)) return -EEXIST;
  require_writable(folder);
  struct node *made = add_node(mode);
  u64 length = target ? length_of(target) : 0;
  u8 *copy = take_bytes(length);
  if (!made || !copy || !add_entry(folder, name, made)) return -28;
  if (length > 0) memcpy(copy, target, length);
  made->content = copy;
  made->size = length;
  return 0;
}

static i64 fake_link(i64 from, const char *source, i64 to, const char *target) {
  struct node *folder = folder_of(from), *other = folder_of(to), *node;
  if (!folder || !other) return -ENOTDIR;
  if (!(node = find_child(folder, source))) return -ENOENT;
  if (kind_of(node) == 0040000) return -1;
  if (find_child(other, target)) return -EEXIST;
  require_writable(other);
  return add_entry(other, target, node) ? 0 : -28;
}

static i64 fake_unlink(i64 at, const char *name, i64 flags) {
  struct node *folder = folder_of(at), *node;
  if (!folder) return -ENOTDIR;
  if (!(node = find_child(folder, name))) return -ENOENT;
  int folder_itself = kind_of(node) == 0040000;
  if (folder_itself && !(flags & AT_REMOVEDIR)) return -EISDIR;
  if (!folder_itself && flags & AT_REMOVEDIR) return -20;
  if (folder_itself && node->entries) return -ENOTEMPTY;
  require_writable(folder);
  remove_entry(folder, find_entry(folder, name));
  return 0;
}

static i64 fake_change(i64 at, const char *name, int follows) {
  struct node *folder = folder_of(at), *node;
  if (!folder) return -ENOTDIR;
  i64 error = disturb();
  if (error < 0) return error;
  if (!(node = find_child(folder, name))) return -ENOENT;
  if (follows && kind_of(node) == 0120000) crash("changes a file through a link");
  require_writable(node);
  return 0;
}

static i64 fake_set_attribute(const char *name, const char *which, const u8 *value, u64 length) {
  i64 error = fake_change(AT_FDCWD, name, 0);
  if (error < 0) return error;
  return set_attribute(find_child(working_folder, name), which, value, length) ? 0 : -28;
}
