/*
 * Requests stack and weigh: one walk through all layers at once, as an overlay would show them.
 * Invariant: of each name the topmost layer that shows it counts. A deletion mark, a file or an opaque folder
 * hides everything with the same path in the layers below it.
 */

#define MAX_LAYERS 128

static struct place layers[MAX_LAYERS];
static u64 layer_count, showing[MAX_LAYERS], hidden[MAX_LAYERS];

/* One folder, in all layers that have it. */
struct stacked {
  struct stacked *above;
  struct memory before;
  u64 length;
  /* The lowest layer that shows in this folder, and whether the image below all layers does not show. */
  u64 lowest;
  int opaque;
  struct names twins, layers[];
};

static struct stacked *enter_stacked(struct stacked *above, u64 lowest, int opaque) {
  struct memory before = memory;
  struct stacked *stacked = allocate(sizeof *stacked + layer_count * sizeof(struct names));
  *stacked = (struct stacked){above, before, path_length, lowest, opaque, {0, 0, 0}};
  for (u64 i = 0; i < layer_count; i++) {
    stacked->layers[i] = (struct names){0, 0, 0};
    if (!layers[i].lost) stacked->layers[i] = read_names(layers[i].folder);
  }
  if (opaque && !walk.twin.lost) stacked->twins = read_names(walk.twin.folder);
  return stacked;
}

static const char *next_name(const struct names *names) {
  return names->next < names->count ? names->all[names->next] : 0;
}

static const char *first_name(const struct stacked *stacked) {
  const char *first = next_name(&stacked->twins);
  for (u64 i = 0; i < layer_count; i++) {
    const char *name = next_name(&stacked->layers[i]);
    if (name && (!first || precedes(name, first))) first = name;
  }
  return first;
}

static int pass(struct names *names, const char *name) {
  const char *next = next_name(names);
  if (!next || !is_equal(next, name)) return 0;
  names->next++;
  return 1;
}

static int is_opaque(i64 folder, const char *name) {
  char full[32], value = 0;
  *print_text(print_text(full, overlay_prefix), "opaque") = 0;
  sys(fchdir, folder, 0, 0, 0, 0);
  sys(lgetxattr, name, full, &value, 1, 0);
  return value == 'y';
}

/* What an overlay shows of one name. */
struct shown {
  /* `layer_count` if no layer shows the name. */
  u64 layer;
  struct status status;
  /* `enters`: a layer has it as a folder. `lowest` and `opaque` apply to the inside of that folder. */
  int enters;
  u64 lowest;
  int opaque;
};

static struct shown weigh_name(struct stacked *stacked, const char *name) {
  struct shown shown = {.layer = layer_count, .lowest = layer_count};
  int closed = 0;
  for (u64 i = layer_count; i-- > 0;) {
    struct status status;
    if (!pass(&stacked->layers[i], name)) continue;
    i64 error = read_status(layers[i].folder, name, &status);
    if (error < 0) {
      fail("cannot stat", name, error);
      break;
    }
    int folder = type_of(&status) == 'd';
    u64 size = type_of(&status) == 'f' ? status.size : 0;
    int first = shown.layer == layer_count && i >= stacked->lowest;
    shown.enters |= folder;
    *(first ? &showing[i] : &hidden[i]) += size;
    if (closed || i < stacked->lowest) continue;
    if (first) {
      shown.layer = i;
      shown.status = status;
      closed = !folder;
      if (folder) shown.lowest = stacked->lowest, shown.opaque = stacked->opaque;
    } else if (!folder) closed = 1, shown.lowest = i + 1, shown.opaque = 1;
    if (folder && is_opaque(layers[i].folder, name)) closed = 1, shown.lowest = i, shown.opaque = 1;
  }
  return shown;
}

static void write_shown(const char *name, const struct shown *shown) {
  char marks[4], number[24], *at = marks;
  i64 folder = layers[shown->layer].folder;
  struct status twin;
  if (!walk.twin.lost && read_status(walk.twin.folder, name, &twin) == 0) {
    *at++ = is_same(folder, &shown->status, walk.twin.folder, &twin, name) ? 's' : 't';
    if (type_of(&twin) == 'd') *at++ = 'd';
  }
  if (shown->opaque) *at++ = 'y';
  *at = 0;
  write_frame('l', number, (u64)(print_number(number, shown->layer, 10) - number));
  sys(fchdir, folder, 0, 0, 0, 0);
  write_row(name, &shown->status, marks, 0);
}

static void walk_layers(int weighs) {
  struct memory before = memory;
  struct stacked *stacked = enter_stacked(0, 0, 0);
  for (;;) {
    const char *name = failed ? 0 : first_name(stacked);
    if (name) {
      struct shown shown = weigh_name(stacked, name);
      if (pass(&stacked->twins, name) && shown.layer == layer_count && !weighs) write_root_only(name);
      extend_path(name);
      if (shown.layer < layer_count && !weighs && !failed) write_shown(name, &shown);
      if (shown.enters && !failed) {
        for (u64 i = 0; i < layer_count; i++) enter_place(&layers[i], name);
        enter_place(&walk.twin, name);
        stacked = enter_stacked(stacked, shown.lowest, shown.opaque);
      } else shorten_path(stacked->length);
      continue;
    }
    if (failed || !stacked->above) break;
    for (u64 i = 0; i < layer_count; i++) leave_place(&layers[i]);
    leave_place(&walk.twin);
    struct stacked *above = stacked->above;
    release_to(stacked->before);
    stacked = above;
    shorten_path(stacked->length);
  }
  release_to(before);
}

static void stack_layers(int weighs) {
  static char root[ROOM_root];
  layer_count = 0;
  for (;;) {
    if (require_word(root, sizeof root) == 0) break;
    i64 folder = layer_count == MAX_LAYERS ? -EINVAL : open_path(AT_FDCWD, root, O_DIRECTORY);
    if (folder < 0) {
      fail("cannot open", root, folder);
      continue;
    }
    showing[layer_count] = hidden[layer_count] = 0;
    layers[layer_count++] = (struct place){folder, 0};
  }
  walk.twin = (struct place){sys(openat, AT_FDCWD, "/", O_DIRECTORY | O_CLOEXEC, 0, 0), 0};
  shorten_path(0);
  if (!failed) walk_layers(weighs);
  char *at = row;
  for (u64 i = 0; i < layer_count; i++) {
    at = print_number(at, showing[i], 10), *at++ = 0;
    at = print_number(at, hidden[i], 10), *at++ = 0;
    sys(close, layers[i].folder, 0, 0, 0, 0);
  }
  if (!failed) write_frame('n', row, (u64)(at - row));
  sys(close, walk.twin.folder, 0, 0, 0, 0);
  sys(chdir, "/", 0, 0, 0, 0);
}

static void serve_stack(void) {
  stack_layers(0);
}

static void serve_weigh(void) {
  stack_layers(1);
}
