/* The owner of a hostile tree: changes it, or makes calls fail, between two system calls of the helper. */

/* Changes a tree as its owner may at any time: the workspace's own tree alone. */
static void change_tree(u8 how) {
  struct node *folder = &nodes[next_byte() % node_count], *other = &nodes[next_byte() % node_count];
  if (kind_of(folder) != 0040000 || !is_below(folder, tree_roots[1]) || !folder->entries) return;
  struct entry_of *entry = folder->entries;
  for (u8 n = next_byte() % 8; n > 0 && entry->next; n--) entry = entry->next;
  struct node *node = entry->node, *made;
  if (how % 4 == 0) return remove_entry(folder, entry);
  if (how % 4 == 1) {
    if (kind_of(other) != 0040000 || (kind_of(node) == 0040000 && is_below(other, node))) return;
    if (!is_below(other, tree_roots[1]) && !other->outside) return;
    if (find_entry(other, entry->name)) return;
    remove_entry(folder, entry);
    add_entry(other, entry->name, node);
    return;
  }
  made = add_node(how % 4 == 2 ? 0120777 : 0040755);
  if (!made) return;
  if (how % 4 == 2) take_link(made);
  else made->parent = folder;
  entry->node = made;
  made->links = 1;
}

static i64 disturb(void) {
  static const i64 errors[] = {ENOENT, ENOTDIR, ELOOP, EIO, 13, EMFILE, 116, 12};
  u8 what = may_disturb ? next_byte() : 0;
  if (what < 200) return 0;
  disturbed = 1;
  if (what < 210) return -errors[next_byte() % 8];
  change_tree(what);
  return 0;
}
