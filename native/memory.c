/*
 * An arena: memory is allocated in order and released in reverse order, many pieces at once.
 * Invariant: between requests, only the search words (words.c) are allocated. A function that saves
 * `memory` and calls release_to with it leaves the arena as it found it.
 */

struct chunk {
  struct chunk *before;
  u64 size;
};

struct memory {
  struct chunk *chunk;
  u8 *free;
  u64 left;
};

static struct memory memory;

static void *allocate(u64 length) {
  u64 room = (length + 15 + ARENA_GAP) & ~15ul;
  if (room > memory.left) {
    u64 wanted = room + sizeof(struct chunk) > CHUNK_SIZE ? room + sizeof(struct chunk) : CHUNK_SIZE;
    i64 at = call(__NR_mmap, 0, (i64)wanted, 3, 0x22, -1, 0);
    if (at < 0 && at > -4096) {
      write_frame('!', "out of memory", 13);
      flush();
      sys(exit_group, 1, 0, 0, 0, 0);
    }
    struct chunk *chunk = (struct chunk *)at;
    *chunk = (struct chunk){memory.chunk, wanted};
    memory = (struct memory){chunk, (u8 *)(chunk + 1), wanted - sizeof(struct chunk)};
    poison(memory.free, memory.left);
  }
  void *given = memory.free;
  unpoison(given, length);
  memory.free += room;
  memory.left -= room;
  return given;
}

/* Releases everything that was allocated since `then` was saved. */
static void release_to(struct memory then) {
  while (memory.chunk != then.chunk) {
    struct chunk *last = memory.chunk;
    memory.chunk = last->before;
    unpoison(last, last->size);
    sys(munmap, last, last->size, 0, 0, 0);
  }
  memory = then;
  poison(memory.free, memory.left);
}
