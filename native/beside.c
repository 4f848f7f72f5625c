/*
 * What runs in a container beside a workspace, or on the engine's machine
 * itself, with rights over the engine's storage: it lists, reads and copies
 * folders, and does nothing else. It uses no program and no library of the image that the container is made of, since
 * a workspace is not to be trusted before it was looked at. Freestanding C for
 * Linux, so that a few kilobytes serve every image; see native/README.md.
 *
 * stdin: requests, words ended by NUL; a list ends with an empty word.
 *   now                              the time: what changed before has no later one
 *   list ROOT SINCE                  ROOT itself, its path empty, and every entry below it that changed after SINCE
 *                                    (may be empty)
 *   compare ROOT SINCE NAMES         the same, each with what the own root has there, and what only that has
 *                                    in folders that hide what is below them, or changed after SINCE (may be
 *                                    empty); without what is the same and did not change after that, unless
 *                                    NAMES is `all` and it has others, and with the inode of all that do then
 *   stack LIST                       ROOTs of layers, the oldest first: what they show together when each lies on
 *                                    the one before, each with what the own root has there, and what only that
 *                                    has in folders that hide what is below all of them; a layer's number before
 *                                    each row that is of it, and at last what each weighs
 *   weigh LIST                       the same, but only what each weighs
 *   children LIST                    entries of folders of the own root, `.` being that
 *   words LIST                       FLAGS, then TEXT in lower case: what `read` looks for.
 *                                    p: plain; b: in binary files too; l: loose; i: in any case
 *   read ROOT LIMIT LIST             MODE, then PATH: content up to LIMIT bytes.
 *                                    a: whatever it is, t: where it holds a word, s: one that is not loose
 *   unlink ROOT NAME                 removes a file of that folder, if it is there
 *   flush ROOT                       begins to put on disk what the file system of ROOT has in memory
 *   flushed                          waits until that is done
 *   copy FROM TO LATEST KEEP LIST    MODE, SOURCE, TARGET; no time younger than LATEST (may be empty).
 *                                    KEEP: all attributes but a machine's own, or capability. c: as it is, l: at exactly LATEST,
 *                                    h: a mark that TARGET is deleted
 *   group FOLDER                     a control group of this machine, to be named before `enter`
 *   freeze                           nothing in that group runs, until `thaw` or the end of this program, however it ends
 *   thaw                             all goes on
 *   enter FOLDER LAYERS SOURCE NAME  where no engine made a container for it: its own root is from now on what layers show
 *                                    together (paths from FOLDER, the topmost first, colons between them), with SOURCE
 *                                    as NAME in it; it can write nothing, and has the rights of a container's program
 * stdout: frames of one letter, four bytes of length (little endian), content.
 *   t: that time; when a comparison began: what changes later has no earlier one,
 *   r: rows, l: the number of a layer, n: bytes of files of each layer that show, and that do not, ended by NUL,
 *   p: path and type of what only the own root has, f: name of a file whose content follows as d,
 *   e: end, !: failure
 * Folders are listed by the bytes of their names, each followed at once by what is below it.
 */
#include <asm/unistd.h>

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;
typedef long i64;

#if defined(__x86_64__)
static i64 call(i64 n, i64 a, i64 b, i64 c, i64 d, i64 e, i64 f) {
  i64 result;
  register i64 r10 __asm__("r10") = d;
  register i64 r8 __asm__("r8") = e;
  register i64 r9 __asm__("r9") = f;
  __asm__ volatile("syscall" : "=a"(result) : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
}
__asm__(".global _start\n_start:\n  xor %ebp,%ebp\n  and $-16,%rsp\n  call serve\n  ud2\n");
#define O_DIRECTORY 0200000
#define O_NOFOLLOW 0400000
#elif defined(__aarch64__)
static i64 call(i64 n, i64 a, i64 b, i64 c, i64 d, i64 e, i64 f) {
  register i64 x8 __asm__("x8") = n;
  register i64 x0 __asm__("x0") = a;
  register i64 x1 __asm__("x1") = b;
  register i64 x2 __asm__("x2") = c;
  register i64 x3 __asm__("x3") = d;
  register i64 x4 __asm__("x4") = e;
  register i64 x5 __asm__("x5") = f;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
  return x0;
}
__asm__(".global _start\n_start:\n  mov x29, xzr\n  bl serve\n  brk 1\n");
#define O_DIRECTORY 040000
#define O_NOFOLLOW 0100000
#else
#error "only x86_64 and aarch64"
#endif

#define sys(n, a, b, c, d, e) call(__NR_##n, (i64)(a), (i64)(b), (i64)(c), (i64)(d), (i64)(e), 0)
#define O_WRONLY 1
#define O_CREAT 0100
#define O_EXCL 0200
#define O_NONBLOCK 04000
#define O_PATH 010000000
#define O_CLOEXEC 02000000
#define AT_FDCWD -100
#define AT_SYMLINK_NOFOLLOW 0x100
#define AT_EMPTY_PATH 0x1000
#define ENOENT 2
#define ENOTDIR 20
#define EXDEV 18
#define EINVAL 22
#define ENOSYS 38
#define ELOOP 40
#define ERANGE 34
#define EEXIST 17
#define EINTR 4
#define EIO 5
#define EBUSY 16
#define EMFILE 24
#define SIGPIPE 13
#define SIGCHLD 17
#define F_SETFL 4
#define F_SETPIPE_SZ 1031
#define PIPE_BUF 4096
#define ENODATA 61
#define CLOCK_REALTIME 0
#define CLOCK_REALTIME_COARSE 5
#define EOPNOTSUPP 95

struct moment {
  i64 seconds;
  u32 nanoseconds;
  int padding;
};

/* As the kernel's statx has it. */
struct status {
  u32 mask, block;
  u64 attributes;
  u32 links, uid, gid;
  u16 mode, padding;
  u64 inode, size, blocks, attributes_mask;
  struct moment accessed, born, changed, modified;
  u32 major, minor, device_major, device_minor;
  u64 rest[14];
};

struct times {
  i64 seconds, nanoseconds;
};

void *memcpy(void *to, const void *from, u64 length) {
  u8 *t = to;
  const u8 *f = from;
  while (length--) *t++ = *f++;
  return to;
}

void *memset(void *to, int value, u64 length) {
  u8 *t = to;
  while (length--) *t++ = (u8)value;
  return to;
}

static u64 length_of(const char *text) {
  u64 n = 0;
  while (text[n]) n++;
  return n;
}

static int equal(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return *a == *b;
}

static int begins(const char *text, const char *start) {
  while (*start)
    if (*text++ != *start++) return 0;
  return 1;
}

/* ---- output ---- */

static u8 out[128 * 1024];
static u64 out_length;

static void flush(void) {
  for (u64 at = 0; at < out_length;) {
    i64 n = sys(write, 1, out + at, out_length - at, 0, 0);
    if (n == -EINTR) continue;
    if (n <= 0) sys(exit_group, 1, 0, 0, 0, 0);
    at += (u64)n;
  }
  out_length = 0;
}

static void put(const void *bytes, u64 length) {
  const u8 *from = bytes;
  while (length > 0) {
    if (out_length == sizeof out) flush();
    u64 part = sizeof out - out_length < length ? sizeof out - out_length : length;
    memcpy(out + out_length, from, part);
    out_length += part;
    from += part;
    length -= part;
  }
}

static void put_frame(char kind, const void *bytes, u64 length) {
  u8 head[5] = {(u8)kind, (u8)length, (u8)(length >> 8), (u8)(length >> 16), (u8)(length >> 24)};
  put(head, 5);
  put(bytes, length);
}

static char *print_number(char *at, u64 value, u32 base) {
  char digits[24];
  int n = 0;
  do digits[n++] = (char)('0' + value % base);
  while (value /= base);
  while (n > 0) *at++ = digits[--n];
  return at;
}

static char *print_text(char *at, const char *text) {
  while (*text) *at++ = *text++;
  return at;
}

/* ---- memory: taken in order, and given back in the reverse, many pieces at once ---- */

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

static void *take(u64 length) {
  length = (length + 15) & ~15ul;
  if (length > memory.left) {
    u64 wanted = length + sizeof(struct chunk) > 4194304 ? length + sizeof(struct chunk) : 4194304;
    i64 at = call(__NR_mmap, 0, (i64)wanted, 3, 0x22, -1, 0);
    if (at < 0 && at > -4096) {
      put_frame('!', "out of memory", 13);
      flush();
      sys(exit_group, 1, 0, 0, 0, 0);
    }
    struct chunk *chunk = (struct chunk *)at;
    *chunk = (struct chunk){memory.chunk, wanted};
    memory = (struct memory){chunk, (u8 *)(chunk + 1), wanted - sizeof(struct chunk)};
  }
  void *given = memory.free;
  memory.free += length;
  memory.left -= length;
  return given;
}

/* Gives back all that was taken since memory was so. */
static void give_back(struct memory then) {
  while (memory.chunk != then.chunk) {
    struct chunk *last = memory.chunk;
    memory.chunk = last->before;
    sys(munmap, last, last->size, 0, 0, 0);
  }
  memory = then;
}

/* ---- failures ---- */

static char path[16384];
static u64 path_length;

static int failed;

/* Says once what went wrong and where; the rest of the request is read and not done. */
static void fail(const char *what, const char *where, i64 error) {
  if (failed) return;
  failed = 1;
  static char text[20480];
  char *at = print_text(text, what);
  at = print_text(at, " ");
  at = print_text(at, where);
  at = print_text(at, ": error ");
  at = print_number(at, (u64)-error, 10);
  put_frame('!', text, (u64)(at - text));
}

/* ---- input ---- */

static u8 in[65536];
static u64 in_at, in_length;

/* A word of the input; 0 at its end. */
static int read_word(char *to, u64 room, u64 *length) {
  u64 n = 0;
  for (;;) {
    if (in_at == in_length) {
      i64 got = sys(read, 0, in, sizeof in, 0, 0);
      if (got == -EINTR) continue;
      if (got <= 0) return 0;
      in_length = (u64)got;
      in_at = 0;
    }
    u8 byte = in[in_at++];
    if (n + 1 < room) to[n++] = (char)byte;
    if (byte == 0) break;
  }
  *length = n == 0 ? 0 : n - 1;
  to[*length] = 0;
  return 1;
}

static void need_word(char *to, u64 room) {
  u64 length;
  if (!read_word(to, room, &length)) sys(exit_group, 0, 0, 0, 0, 0);
}

/* ---- places ---- */

static i64 open_folder(i64 at, const char *name) {
  return sys(openat, at, name, O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0, 0);
}

/*
 * Opens the folder of a path, link by link of the chain and through no symlink,
 * and gives its last name. The path may be longer than the kernel takes at once.
 */
static i64 open_above(i64 root, const char *full, char *name) {
  i64 at = sys(openat, root, ".", O_DIRECTORY | O_CLOEXEC, 0, 0);
  for (;;) {
    while (full[0] == '/' || (full[0] == '.' && full[1] == '/')) full++;
    u64 n = 0;
    while (full[n] && full[n] != '/' && n < 255) name[n] = full[n], n++;
    name[n] = 0;
    if (equal(name, "..") || (full[n] && full[n] != '/')) {
      sys(close, at, 0, 0, 0, 0);
      return -EINVAL;
    }
    if (!full[n] || at < 0) return at;
    full += n;
    i64 next = open_folder(at, name);
    sys(close, at, 0, 0, 0, 0);
    at = next;
  }
}

static i64 open_path(i64 root, const char *full, i64 flags) {
  char name[256];
  i64 above = open_above(root, full, name);
  if (above < 0) return above;
  i64 found = sys(openat, above, name[0] ? name : ".", flags | O_NOFOLLOW | O_CLOEXEC, 0, 0);
  sys(close, above, 0, 0, 0, 0);
  return found;
}

static i64 look_at(i64 folder, const char *name, struct status *status) {
  return sys(statx, folder, name, AT_SYMLINK_NOFOLLOW | (name[0] ? 0 : AT_EMPTY_PATH), 0xfff, status);
}

static char type_of(const struct status *status) {
  switch (status->mode & 0170000) {
    case 0100000: return 'f';
    case 0040000: return 'd';
    case 0120000: return 'l';
    case 0010000: return 'p';
    case 0140000: return 's';
    case 0060000: return 'b';
    default: return status->major == 0 && status->minor == 0 ? 'w' : 'c';
  }
}

/* ---- rows ---- */

static char row[131072];
static char attributes[65536];

/*
 * How names of the overlay's own attributes start: in a user namespace, where
 * nobody may have the others, a rootless engine mounts with `userxattr`.
 */
static const char *own_names = "trusted.overlay.";

static void find_own_names(void) {
  char map[256];
  /* Of its first row: numbers inside, outside, and how many. Where all are themselves, it is no namespace of its own. */
  u64 numbers[3] = {0, 0, 0};
  i64 file = sys(openat, AT_FDCWD, "/proc/self/uid_map", O_CLOEXEC, 0, 0);
  if (file < 0) return;
  i64 n = sys(read, file, map, sizeof map, 0, 0);
  int which = -1;
  for (i64 at = 0; at < n && map[at] != '\n'; at++) {
    if (map[at] < '0' || map[at] > '9') continue;
    if (at == 0 || map[at - 1] == ' ') which++;
    if (which < 3) numbers[which] = numbers[which] * 10 + (u64)(map[at] - '0');
  }
  if (which == 2 && (numbers[1] != 0 || numbers[2] != 4294967295)) own_names = "user.overlay.";
  sys(close, file, 0, 0, 0, 0);
}

static int is_own(const char *name, const char *rest) {
  return begins(name, own_names) && equal(name + length_of(own_names), rest);
}

/* The overlay keeps attributes that a container names as its own ones under a longer name. */
static int is_any_own(const char *name) {
  return begins(name, own_names) && !begins(name + length_of(own_names), "overlay.");
}

/*
 * One entry of the current folder, its full path being `path`: path, type,
 * uid:gid:mode, size, blocks, seconds of the last write, time of the last change
 * of the inode, target of a symlink, marks, names of attributes that are not the
 * overlay's own, and where that is asked for its inode, if it has several names.
 * Marks: y for a folder that hides what is below it, r where content or name are
 * those of another layer, n for a time that is not whole, and those of `twin`. Gives whether it hides what is below it. An entry that is
 * `known` is passed over where its content and name are its own and it has no other.
 */
static int names_inodes;

static int put_row(const char *name, const struct status *status, const char *twin, int known) {
  char type = type_of(status);
  char *at = row;
  memcpy(at, path, path_length);
  at += path_length;
  *at++ = 0, *at++ = type, *at++ = 0;
  at = print_number(at, status->uid, 10), *at++ = ':';
  at = print_number(at, status->gid, 10), *at++ = ':';
  at = print_number(at, status->mode & 07777, 8), *at++ = 0;
  at = print_number(at, status->size, 10), *at++ = 0;
  at = print_number(at, status->blocks, 10), *at++ = 0;
  i64 seconds = status->modified.seconds;
  if (seconds < 0) *at++ = '-', seconds = -seconds;
  at = print_number(at, (u64)seconds, 10), *at++ = 0;
  at = print_number(at, status->changed.seconds < 0 ? 0 : (u64)status->changed.seconds, 10), *at++ = '.';
  for (u32 unit = 100000000, rest = status->changed.nanoseconds; unit > 0; rest %= unit, unit /= 10)
    *at++ = (char)('0' + rest / unit);
  *at++ = '0', *at++ = 0;
  if (type == 'l') {
    i64 n = sys(readlinkat, AT_FDCWD, name, at, 8192, 0);
    if (n > 0) at += n;
  }
  *at++ = 0;
  int hides = 0;
  i64 n = sys(llistxattr, name, attributes, sizeof attributes, 0, 0);
  for (i64 from = 0; from < n; from += (i64)length_of(attributes + from) + 1) {
    char value = 0;
    if (is_own(attributes + from, "opaque")) {
      sys(lgetxattr, name, attributes + from, &value, 1, 0);
      if (value == 'y') *at++ = 'y', hides = 1;
    } else if (is_own(attributes + from, "metacopy") || is_own(attributes + from, "redirect"))
      *at++ = 'r', known = 0;
  }
  int several = names_inodes && status->links > 1 && type != 'd' && type != 'w' && type != 's';
  if (known && !several) return hides;
  if (status->modified.nanoseconds > 0) *at++ = 'n';
  at = print_text(at, twin);
  *at++ = 0;
  char *first = at;
  for (i64 from = 0; from < n; from += (i64)length_of(attributes + from) + 1) {
    if (is_any_own(attributes + from)) continue;
    if (at > first) *at++ = ',';
    at = print_text(at, attributes + from);
  }
  *at++ = 0;
  if (several) at = print_number(at, status->inode, 10);
  *at++ = 0;
  put_frame('r', row, (u64)(at - row));
  return hides;
}

struct entry {
  u64 inode;
  i64 offset;
  u16 length;
  u8 type;
  char name[];
};

static void extend_path(const char *name) {
  u64 n = length_of(name);
  if (path_length + n + 2 > sizeof path) {
    fail("too long a path below", path, 0);
    return;
  }
  if (path_length > 0) path[path_length++] = '/';
  memcpy(path + path_length, name, n + 1);
  path_length += n;
}

static void shorten_path(u64 length) {
  path_length = length;
  path[length] = 0;
}

/* Names of a folder, sorted by their bytes. */
struct names {
  u64 count, next;
  char **all;
};

static int precedes(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return (u8)*a < (u8)*b;
}

/* From pieces of one name to the whole, each time two neighbours merged into one. */
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
  static u8 entries[65536];
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
      if (equal(entry->name, ".") || equal(entry->name, "..")) continue;
      u64 length = length_of(entry->name);
      struct node *one = take(sizeof *one + length + 1);
      memcpy(one->name, entry->name, length + 1);
      one->next = last;
      last = one;
      names.count++;
    }
  }
  char **all = take((names.count + 1) * sizeof *all);
  u64 n = 0;
  for (; last; last = last->next) all[n++] = last->name;
  names.all = sort_names(all, take((names.count + 1) * sizeof *all), names.count);
  return names;
}

static int differ(i64 a, i64 b);

/* Whether two files, each in its folder, have other content. */
static int files_differ(i64 a_folder, i64 b_folder, const char *name) {
  i64 a = sys(openat, a_folder, name, O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0, 0);
  i64 b = sys(openat, b_folder, name, O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0, 0);
  int result = a < 0 || b < 0 || differ(a, b);
  if (a >= 0) sys(close, a, 0, 0, 0, 0);
  if (b >= 0) sys(close, b, 0, 0, 0, 0);
  return result;
}

/* Whether an entry of two folders is the same but for time and content: type, owner, mode, size, target. */
static int is_same(i64 a_folder, const struct status *a, i64 b_folder, const struct status *b, const char *name) {
  static char links[2][8192];
  char type = type_of(a);
  if (type != type_of(b) || a->uid != b->uid || a->gid != b->gid || (a->mode & 07777) != (b->mode & 07777)) return 0;
  if (type == 'f') return a->size == b->size;
  if (type == 'b' || type == 'c') return a->major == b->major && a->minor == b->minor;
  if (type != 'l') return 1;
  i64 n = sys(readlinkat, a_folder, name, links[0], sizeof links[0] - 1, 0);
  i64 m = sys(readlinkat, b_folder, name, links[1], sizeof links[1] - 1, 0);
  if (n < 0 || n != m) return 0;
  links[0][n] = links[1][m] = 0;
  return equal(links[0], links[1]);
}

/*
 * Depth first with one open folder, back by `..`, which is checked: others may
 * move folders meanwhile. `twin` follows in the own root, where nobody does.
 */
struct level {
  struct level *above;
  struct memory before;
  struct names names, twins;
  u64 length, inode;
  u32 major, minor;
  /*
   * Whether what only the twin has is told of; whether it changed after `since`,
   * it or a folder on the way, and one of these with the folder that it is in:
   * then it may be one that came from elsewhere.
   */
  int hides, told, after, fresh, moved;
};

/* Where a walk is in a tree: its folder there, or the last one on the way that there is; so many were entered since. */
struct place {
  i64 folder;
  u64 lost;
};

static void go_in(struct place *place, const char *name) {
  i64 inner = place->lost ? -ENOENT : open_folder(place->folder, name);
  if (inner < 0) {
    if (inner != -ENOENT && inner != -ENOTDIR && inner != -ELOOP) fail("cannot open", path, inner);
    place->lost++;
    return;
  }
  sys(close, place->folder, 0, 0, 0, 0);
  place->folder = inner;
}

static void go_out(struct place *place) {
  if (place->lost) {
    place->lost--;
    return;
  }
  i64 outer = open_folder(place->folder, "..");
  sys(close, place->folder, 0, 0, 0, 0);
  place->folder = outer;
}

static struct {
  int compares;
  struct place twin;
  int has_since;
  struct moment since;
} walk;

static int is_after(const struct status *status) {
  const struct moment *changed = &status->changed, *since = &walk.since;
  if (!walk.has_since) return 1;
  return changed->seconds > since->seconds || (changed->seconds == since->seconds && changed->nanoseconds > since->nanoseconds);
}

static struct level *enter(struct level *above, i64 folder, int hides) {
  struct memory before = memory;
  struct status status;
  look_at(folder, "", &status);
  struct level *level = take(sizeof *level);
  *level = (struct level){above, before, {0, 0, 0}, {0, 0, 0}, path_length, status.inode, status.device_major, status.device_minor, 0, 0, 0, 0, 0};
  level->hides = hides || (above && above->hides);
  level->after = walk.has_since && is_after(&status);
  level->fresh = above && (above->fresh || level->after);
  level->moved = above && (above->moved || (above->after && level->after));
  level->told = walk.compares && !walk.twin.lost && (level->hides || level->after);
  level->names = read_names(folder);
  if (level->told) {
    sys(lseek, walk.twin.folder, 0, 0, 0, 0);
    level->twins = read_names(walk.twin.folder);
  }
  return level;
}

static void put_twin(const char *name) {
  struct status status;
  if (look_at(walk.twin.folder, name, &status) < 0) return;
  u64 base = path_length;
  extend_path(name);
  if (!failed) {
    char *at = row;
    memcpy(at, path, path_length);
    at += path_length;
    *at++ = 0, *at++ = type_of(&status), *at++ = 0;
    put_frame('p', row, (u64)(at - row));
  }
  shorten_path(base);
}

/*
 * The marks that compare an entry with its twin: s for the same, t for another,
 * d where that is a folder, c for a file that is the same by all but its content
 * and perhaps its time. Its own time tells nothing where a folder came under
 * another name.
 * Gives whether it is the twin itself, and no folder: nothing is to be said of it.
 */
static int compare_twin(const struct level *level, i64 folder, const char *name, const struct status *status, char *marks) {
  struct status twin;
  int known = !walk.compares && !is_after(status);
  if (walk.compares && !walk.twin.lost && look_at(walk.twin.folder, name, &twin) == 0) {
    int same = is_same(folder, status, walk.twin.folder, &twin, name);
    known = same && type_of(status) != 'd' && !is_after(status);
    *marks++ = same ? 's' : 't';
    if (type_of(&twin) == 'd') *marks++ = 'd';
    int doubtful = level->moved || (level->fresh && status->modified.seconds != twin.modified.seconds);
    if (known && type_of(status) == 'f' && doubtful && files_differ(folder, walk.twin.folder, name))
      *marks++ = 'c', known = 0;
  }
  *marks = 0;
  return known;
}

static void list_tree(const char *root) {
  i64 folder = open_path(AT_FDCWD, root, O_DIRECTORY);
  struct level *level = 0;
  struct status status;
  shorten_path(0);
  if (folder < 0) {
    fail("cannot open", root, folder);
    return;
  }
  sys(fchdir, folder, 0, 0, 0, 0);
  look_at(folder, "", &status);
  put_row(".", &status, "", !walk.compares && !is_after(&status));
  level = enter(0, folder, 0);
  while (!failed) {
    struct names *names = &level->names, *twins = &level->twins;
    const char *name = names->next < names->count ? names->all[names->next] : 0;
    const char *other = twins->next < twins->count ? twins->all[twins->next] : 0;
    if (other && (!name || precedes(other, name))) {
      twins->next++;
      put_twin(other);
      continue;
    }
    if (name) {
      names->next++;
      int both = other && equal(name, other);
      if (both) twins->next++;
      i64 error = look_at(AT_FDCWD, name, &status);
      if (error == -ENOENT) {
        if (both) put_twin(other);
        continue;
      }
      char marks[4];
      extend_path(name);
      if (error < 0) fail("cannot look at", path, error);
      if (failed) break;
      int known = compare_twin(level, folder, name, &status, marks);
      /* Only a comparison asks whether it refers to another layer. */
      int passed = known && !walk.compares && type_of(&status) != 'd';
      int hides = passed ? 0 : put_row(name, &status, marks, known);
      i64 inner = type_of(&status) == 'd' ? open_folder(AT_FDCWD, name) : -ENOTDIR;
      if (inner == -ENOENT || inner == -ENOTDIR || inner == -ELOOP) {
        shorten_path(level->length);
        continue;
      }
      if (inner < 0) {
        fail("cannot open", path, inner);
        break;
      }
      sys(close, folder, 0, 0, 0, 0);
      folder = inner;
      sys(fchdir, folder, 0, 0, 0, 0);
      if (walk.compares) go_in(&walk.twin, name);
      level = enter(level, folder, hides);
      continue;
    }
    struct level *above = level->above;
    if (!above) break;
    i64 outer = open_folder(folder, "..");
    sys(close, folder, 0, 0, 0, 0);
    folder = outer;
    if (folder < 0) {
      fail("cannot leave", path, folder);
      break;
    }
    look_at(folder, "", &status);
    if (status.inode != above->inode || status.device_major != above->major || status.device_minor != above->minor) {
      fail("was moved while it was listed:", path, 0);
      break;
    }
    sys(fchdir, folder, 0, 0, 0, 0);
    if (walk.compares) go_out(&walk.twin);
    give_back(level->before);
    level = above;
    shorten_path(level->length);
  }
  while (level->above) level = level->above;
  give_back(level->before);
  if (folder >= 0) sys(close, folder, 0, 0, 0, 0);
  sys(chdir, "/", 0, 0, 0, 0);
}

static u64 parse_number(const char *text) {
  u64 value = 0;
  for (; *text >= '0' && *text <= '9'; text++) value = value * 10 + (u64)(*text - '0');
  return value;
}

/* Seconds with nine digits or more behind the point; nothing for no time. */
static void take_since(const char *text) {
  walk.has_since = text[0] != 0;
  walk.since = (struct moment){(i64)parse_number(text), 0, 0};
  while (*text && *text != '.') text++;
  u32 unit = 100000000;
  while (*text && *++text >= '0' && *text <= '9' && unit > 0) walk.since.nanoseconds += (u32)(*text - '0') * unit, unit /= 10;
}

static void need_since(void) {
  char since[64];
  need_word(since, sizeof since);
  take_since(since);
}

/*
 * Inodes are stamped by a clock that ticks, or by the exact one: what changed
 * before has no later time than this one tells, and what changes from now on no
 * earlier one than that one.
 */
static void put_now(i64 clock) {
  static char text[64];
  struct times now = {0, 0};
  sys(clock_gettime, clock, &now, 0, 0, 0);
  char *at = print_number(text, (u64)now.seconds, 10);
  *at++ = '.';
  for (u64 unit = 100000000, rest = (u64)now.nanoseconds; unit > 0; rest %= unit, unit /= 10)
    *at++ = (char)('0' + rest / unit);
  put_frame('t', text, (u64)(at - text));
}

static void compare_tree(const char *root) {
  char names[16];
  need_word(names, sizeof names);
  put_now(CLOCK_REALTIME_COARSE);
  names_inodes = equal(names, "all");
  walk.twin = (struct place){sys(openat, AT_FDCWD, "/", O_DIRECTORY | O_CLOEXEC, 0, 0), 0};
  walk.compares = 1;
  list_tree(root);
  walk.compares = names_inodes = 0;
  sys(close, walk.twin.folder, 0, 0, 0, 0);
}

/* ---- layers on each other ---- */

#define most_layers 128

static struct place layers[most_layers];
static u64 layer_count, showing[most_layers], hidden[most_layers];

/* A folder of all layers that have it. */
struct floor {
  struct floor *above;
  struct memory before;
  u64 length;
  /* The lowest layer that shows here; whether what is below all layers does not. */
  u64 lowest;
  int hides;
  struct names twins, layers[];
};

static struct floor *enter_floor(struct floor *above, u64 lowest, int hides) {
  struct memory before = memory;
  struct floor *floor = take(sizeof *floor + layer_count * sizeof(struct names));
  *floor = (struct floor){above, before, path_length, lowest, hides, {0, 0, 0}};
  for (u64 i = 0; i < layer_count; i++) {
    floor->layers[i] = (struct names){0, 0, 0};
    if (!layers[i].lost) floor->layers[i] = read_names(layers[i].folder);
  }
  if (hides && !walk.twin.lost) floor->twins = read_names(walk.twin.folder);
  return floor;
}

static const char *next_of(const struct names *names) {
  return names->next < names->count ? names->all[names->next] : 0;
}

static const char *first_of(const struct floor *floor) {
  const char *first = next_of(&floor->twins);
  for (u64 i = 0; i < layer_count; i++) {
    const char *name = next_of(&floor->layers[i]);
    if (name && (!first || precedes(name, first))) first = name;
  }
  return first;
}

static int pass(struct names *names, const char *name) {
  const char *next = next_of(names);
  if (!next || !equal(next, name)) return 0;
  names->next++;
  return 1;
}

static int is_opaque(i64 folder, const char *name) {
  char full[32], value = 0;
  *print_text(print_text(full, own_names), "opaque") = 0;
  sys(fchdir, folder, 0, 0, 0, 0);
  sys(lgetxattr, name, full, &value, 1, 0);
  return value == 'y';
}

/* Of a name the topmost entry counts, and of a folder those below it, too, down to what hides the rest. */
struct shown {
  /* `layer_count` where no layer shows it. */
  u64 layer;
  struct status status;
  /* Whether any layer has it as a folder; for what is inside, the lowest layer that shows, and whether what is below all does not. */
  int enters;
  u64 lowest;
  int hides;
};

static struct shown weigh_entry(struct floor *floor, const char *name) {
  struct shown shown = {.layer = layer_count, .lowest = layer_count};
  int closed = 0;
  for (u64 i = layer_count; i-- > 0;) {
    struct status status;
    if (!pass(&floor->layers[i], name)) continue;
    i64 error = look_at(layers[i].folder, name, &status);
    if (error < 0) fail("cannot look at", name, error);
    int folder = type_of(&status) == 'd';
    u64 size = type_of(&status) == 'f' ? status.size : 0;
    int first = shown.layer == layer_count && i >= floor->lowest;
    shown.enters |= folder;
    *(first ? &showing[i] : &hidden[i]) += size;
    if (closed || i < floor->lowest) continue;
    if (first) {
      shown.layer = i;
      shown.status = status;
      closed = !folder;
      if (folder) shown.lowest = floor->lowest, shown.hides = floor->hides;
    } else if (!folder) closed = 1, shown.lowest = i + 1, shown.hides = 1;
    if (folder && is_opaque(layers[i].folder, name)) closed = 1, shown.lowest = i, shown.hides = 1;
  }
  return shown;
}

static void put_shown(const char *name, const struct shown *shown) {
  char marks[4], number[24], *at = marks;
  i64 folder = layers[shown->layer].folder;
  struct status twin;
  if (!walk.twin.lost && look_at(walk.twin.folder, name, &twin) == 0) {
    *at++ = is_same(folder, &shown->status, walk.twin.folder, &twin, name) ? 's' : 't';
    if (type_of(&twin) == 'd') *at++ = 'd';
  }
  if (shown->hides) *at++ = 'y';
  *at = 0;
  put_frame('l', number, (u64)(print_number(number, shown->layer, 10) - number));
  sys(fchdir, folder, 0, 0, 0, 0);
  put_row(name, &shown->status, marks, 0);
}

static void walk_layers(int weighs) {
  struct memory before = memory;
  struct floor *floor = enter_floor(0, 0, 0);
  for (;;) {
    const char *name = failed ? 0 : first_of(floor);
    if (name) {
      struct shown shown = weigh_entry(floor, name);
      if (pass(&floor->twins, name) && shown.layer == layer_count && !weighs) put_twin(name);
      extend_path(name);
      if (shown.layer < layer_count && !weighs && !failed) put_shown(name, &shown);
      if (shown.enters && !failed) {
        for (u64 i = 0; i < layer_count; i++) go_in(&layers[i], name);
        go_in(&walk.twin, name);
        floor = enter_floor(floor, shown.lowest, shown.hides);
      } else shorten_path(floor->length);
      continue;
    }
    if (failed || !floor->above) break;
    for (u64 i = 0; i < layer_count; i++) go_out(&layers[i]);
    go_out(&walk.twin);
    struct floor *above = floor->above;
    give_back(floor->before);
    floor = above;
    shorten_path(floor->length);
  }
  give_back(before);
}

static void stack_layers(int weighs) {
  static char root[1024];
  u64 length;
  layer_count = 0;
  for (;;) {
    if (!read_word(root, sizeof root, &length)) sys(exit_group, 0, 0, 0, 0, 0);
    if (length == 0) break;
    i64 folder = layer_count == most_layers ? -EINVAL : open_path(AT_FDCWD, root, O_DIRECTORY);
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
  if (!failed) put_frame('n', row, (u64)(at - row));
  sys(close, walk.twin.folder, 0, 0, 0, 0);
  sys(chdir, "/", 0, 0, 0, 0);
}

/* ---- words ---- */

struct word {
  struct word *next;
  u64 length;
  u8 *lower, *upper;
};

/* Words of one kind of file, found several bytes at a time (Wu and Manber, 1994). */
struct words {
  u64 shortest;
  struct word *all;
  /* How far to go on: by the last byte, which tells most where all are long, and by the last two. */
  u8 skip[256];
  u8 shift[65536];
  struct word *chain[4096];
};

static struct words plain, strict, binary;

#define hash_of(a, b) ((((u32)(a) << 5) ^ (b)) & 4095)

static void add_word(struct words *words, const char *text, u64 length, int any_case) {
  struct word *word = take(sizeof *word);
  *word = (struct word){words->all, length, take(length), take(length)};
  for (u64 i = 0; i < length; i++) {
    word->lower[i] = word->upper[i] = (u8)text[i];
    if (any_case && text[i] >= 'a' && text[i] <= 'z') word->upper[i] = (u8)(text[i] - 32);
  }
  words->all = word;
  if (words->shortest == 0 || length < words->shortest) words->shortest = length;
}

/* By every case of two letters: the last of them where a word may begin so far before. */
static void prepare(struct words *words) {
  u64 m = words->shortest;
  memset(words->shift, (int)(m > 1 ? m - 1 : 1), sizeof words->shift);
  memset(words->skip, (int)m, sizeof words->skip);
  memset(words->chain, 0, sizeof words->chain);
  struct word *next;
  for (struct word *word = words->all; word; word = next) {
    next = word->next;
    for (u64 j = 0; j < m; j++)
      for (int variant = 0; variant < 2; variant++) {
        u8 *skip = &words->skip[(variant ? word->upper : word->lower)[j]];
        if (m - 1 - j < *skip) *skip = (u8)(m - 1 - j);
      }
    for (u64 j = 0; j + 1 < m; j++)
      for (int variant = 0; variant < 4; variant++) {
        u8 first = (variant & 1 ? word->upper : word->lower)[j];
        u8 second = (variant & 2 ? word->upper : word->lower)[j + 1];
        u8 *shift = &words->shift[first << 8 | second];
        if (m - 2 - j < *shift) *shift = (u8)(m - 2 - j);
      }
    for (int variant = 0; variant < 4; variant++) {
      u8 first = (variant & 1 ? word->upper : word->lower)[m - 2];
      u8 second = (variant & 2 ? word->upper : word->lower)[m - 1];
      /* A letter without another case is there once. */
      if (((variant & 1) && first == word->lower[m - 2]) || ((variant & 2) && second == word->lower[m - 1])) continue;
      struct word *link = take(sizeof *link);
      *link = *word;
      link->next = words->chain[hash_of(first, second)];
      words->chain[hash_of(first, second)] = link;
    }
  }
}

static int holds_word(const struct words *words, const u8 *bytes, u64 length) {
  u64 m = words->shortest;
  int long_ones = m > 4;
  if (m < 2) return 0;
  for (u64 at = m - 1; at < length;) {
    u8 skip = long_ones ? words->skip[bytes[at]] : 0;
    if (skip > 0) {
      at += skip;
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
      if (i == word->length) return 1;
    }
    at++;
  }
  return 0;
}

static void take_words(void) {
  char flags[8], text[128];
  u64 length;
  plain.all = strict.all = binary.all = 0;
  plain.shortest = strict.shortest = binary.shortest = 0;
  for (;;) {
    need_word(flags, sizeof flags);
    if (!flags[0]) break;
    if (!read_word(text, sizeof text, &length)) sys(exit_group, 0, 0, 0, 0, 0);
    int in_binary = 0, loose = 0, any_case = 0;
    for (char *flag = flags; *flag; flag++) {
      if (*flag == 'b') in_binary = 1;
      if (*flag == 'l') loose = 1;
      if (*flag == 'i') any_case = 1;
    }
    if (length < 3 || length + 1 >= sizeof text) fail("cannot look for", text, -EINVAL);
    add_word(&plain, text, length, any_case);
    if (!loose) add_word(&strict, text, length, any_case);
    if (in_binary) add_word(&binary, text, length, any_case);
  }
  prepare(&plain);
  prepare(&strict);
  prepare(&binary);
}

/* ---- a second process, for what the first has no time for: two processors do it in half the time ---- */

static i64 second, to_second;

static i64 end_of(i64 process) {
  int status = 0;
  i64 ended;
  do ended = sys(wait4, process, &status, 0, 0, 0);
  while (ended == -EINTR);
  return ended < 0 ? ended : status;
}

/* True in the second one, which reads what is passed on as its input. Without one, the first does it all. */
static int begin_second(void) {
  int ends[2];
  second = -1;
  if (sys(pipe2, ends, O_CLOEXEC, 0, 0, 0) < 0) return 0;
  to_second = ends[1];
  sys(fcntl, to_second, F_SETFL, O_NONBLOCK, 0, 0);
  /* So that neither has much left to do when the other is done. */
  sys(fcntl, to_second, F_SETPIPE_SZ, PIPE_BUF, 0, 0);
  flush();
  second = sys(clone, SIGCHLD, 0, 0, 0, 0);
  if (second == 0) {
    second = -1;
    in_at = in_length = 0;
    sys(close, to_second, 0, 0, 0, 0);
    sys(dup3, ends[0], 0, 0, 0, 0);
    return 1;
  }
  sys(close, ends[0], 0, 0, 0, 0);
  if (second < 0) sys(close, to_second, 0, 0, 0, 0);
  return 0;
}

/* Two words, as a whole or not at all: where there is no second, or no room. */
static int pass_on(const char *one, const char *other) {
  static char words[PIPE_BUF];
  u64 n = length_of(one) + 1, m = length_of(other) + 1;
  if (second <= 0 || n + m > sizeof words) return 0;
  memcpy(words, one, n);
  memcpy(words + n, other, m);
  return sys(write, to_second, words, n + m, 0, 0) == (i64)(n + m);
}

/* How it ended; 0 for well, and where there was none. */
static i64 end_second(void) {
  if (second <= 0) return 0;
  sys(close, to_second, 0, 0, 0, 0);
  return end_of(second);
}

/* ---- contents ---- */

static u8 content[1024 * 1024 + 256];
static u8 other[1024 * 1024];

static i64 read_whole(i64 file, u8 *to, u64 room) {
  u64 n = 0;
  while (n < room) {
    i64 got = sys(read, file, to + n, room - n, 0, 0);
    if (got == -EINTR) continue;
    if (got < 0) return got;
    if (got == 0) break;
    n += (u64)got;
  }
  return (i64)n;
}

/* Whether the first `limit` bytes hold a word that is asked for in such a file. */
static int is_suspect(i64 file, char mode, u64 limit) {
  const struct words *words = mode == 's' ? &strict : &plain;
  u64 kept = 0, seen = 0;
  while (seen < limit) {
    u64 room = sizeof content - kept;
    if (room > limit - seen) room = limit - seen;
    i64 n = read_whole(file, content + kept, room);
    if (n <= 0) return 0;
    if (seen == 0) {
      for (u64 i = 0; i < (u64)n && i < 8192; i++)
        if (content[i] == 0) {
          words = &binary;
          break;
        }
    }
    seen += (u64)n;
    u64 length = kept + (u64)n;
    if (holds_word(words, content, length)) return 1;
    kept = length < 128 ? length : 128;
    memcpy(content, content + length - kept, kept);
  }
  return 0;
}

static u64 reading_limit;
static i64 reading_base;

/* The folder of the file before, which is that of most. */
static struct {
  i64 at;
  u64 length;
  char name[sizeof path];
} same = {-1, 0, ""};

static void leave_same(void) {
  if (same.at >= 0) sys(close, same.at, 0, 0, 0, 0);
  same.at = -1;
}

/* As open_path of the base that is read. */
static i64 open_near(const char *full) {
  char name[256];
  u64 length = 0;
  for (u64 n = 0; full[n]; n++)
    if (full[n] == '/') length = n + 1;
  if (same.at < 0 || length != same.length || !begins(full, same.name)) {
    leave_same();
    same.at = open_above(reading_base, full, name);
    if (same.at < 0) return same.at;
    memcpy(same.name, full, length);
    same.name[length] = 0;
    same.length = length;
  }
  return sys(openat, same.at, full[length] ? full + length : ".", O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC, 0, 0);
}

/* Whether a file is wanted: open then. One that is gone, or is no file any more, is not. */
static i64 open_wanted(const char *name, char mode) {
  struct status status;
  i64 file = open_near(name);
  if (file < 0) return file;
  if (look_at(file, "", &status) == 0 && type_of(&status) == 'f' &&
      (mode == 'a' || is_suspect(file, mode, status.size < reading_limit ? status.size : reading_limit)))
    return file;
  sys(close, file, 0, 0, 0, 0);
  return -ENOENT;
}

static void put_file(const char *name, char mode) {
  i64 file = open_wanted(name, mode);
  if (file < 0) return;
  sys(lseek, file, 0, 0, 0, 0);
  put_frame('f', name, length_of(name));
  for (u64 left = reading_limit; left > 0;) {
    i64 n = read_whole(file, content, left < 65536 ? left : 65536);
    if (n <= 0) break;
    put_frame('d', content, (u64)n);
    left -= (u64)n;
  }
  sys(close, file, 0, 0, 0, 0);
}

/* Only looks, and names those that are wanted to the first, which sends them. */
static void read_as_second(i64 results) {
  char mode[4];
  u64 length;
  while (read_word(mode, sizeof mode, &length) && read_word(path, sizeof path, &length)) {
    i64 file = open_wanted(path, mode[0]);
    if (file < 0) continue;
    sys(close, file, 0, 0, 0, 0);
    for (u64 at = 0; at <= length;) {
      i64 n = sys(write, results, path + at, length + 1 - at, 0, 0);
      if (n == -EINTR) continue;
      if (n <= 0) sys(exit_group, 1, 0, 0, 0, 0);
      at += (u64)n;
    }
  }
  sys(exit_group, 0, 0, 0, 0, 0);
}

/* Of what the second names, to its end: it waits meanwhile where there is much. */
static void put_named(i64 results) {
  static char names[sizeof path];
  u64 length = 0, from = 0;
  for (;;) {
    i64 n = sys(read, results, names + length, sizeof names - length, 0, 0);
    if (n == -EINTR) continue;
    if (n <= 0) return;
    length += (u64)n;
    for (u64 at = from; at < length; at++) {
      if (names[at]) continue;
      put_file(names + from, 'a');
      from = at + 1;
    }
    length -= from;
    memcpy(names, names + from, length);
    from = 0;
  }
}

static void read_files(void) {
  char root[1024], number[32], mode[4];
  int results[2] = {-1, -1};
  u64 length;
  need_word(root, sizeof root);
  need_word(number, sizeof number);
  reading_limit = parse_number(number);
  reading_base = open_path(AT_FDCWD, root, O_DIRECTORY);
  if (reading_base < 0) fail("cannot open", root, reading_base);
  second = -1;
  if (!failed && sys(pipe2, results, O_CLOEXEC, 0, 0, 0) >= 0 && begin_second()) read_as_second(results[1]);
  if (results[1] >= 0) sys(close, results[1], 0, 0, 0, 0);
  for (;;) {
    need_word(mode, sizeof mode);
    if (!mode[0]) break;
    if (!read_word(path, sizeof path, &length)) sys(exit_group, 0, 0, 0, 0, 0);
    if (failed || (mode[0] != 'a' && pass_on(mode, path))) continue;
    put_file(path, mode[0]);
  }
  if (second > 0) sys(close, to_second, 0, 0, 0, 0);
  if (results[0] >= 0) {
    put_named(results[0]);
    sys(close, results[0], 0, 0, 0, 0);
  }
  if (second > 0 && end_of(second) != 0) fail("cannot read", root, -EIO);
  leave_same();
  if (reading_base >= 0) sys(close, reading_base, 0, 0, 0, 0);
}

static int differ(i64 a, i64 b) {
  for (;;) {
    i64 n = read_whole(a, content, sizeof other);
    i64 m = read_whole(b, other, sizeof other);
    if (n != m || n < 0) return 1;
    if (n == 0) return 0;
    for (i64 i = 0; i < n; i++)
      if (content[i] != other[i]) return 1;
  }
}

/* A folder that is not there, or is reached through a link, has nothing. */
static void list_children(void) {
  static char wanted[sizeof path];
  u64 length;
  i64 own = open_path(AT_FDCWD, "/", O_DIRECTORY);
  for (;;) {
    if (!read_word(wanted, sizeof path, &length)) sys(exit_group, 0, 0, 0, 0, 0);
    if (length == 0) break;
    if (failed) continue;
    i64 folder = open_path(own, wanted, O_DIRECTORY);
    if (folder < 0) continue;
    shorten_path(0);
    if (!equal(wanted, ".")) {
      memcpy(path, wanted, length + 1);
      path_length = length;
    }
    sys(fchdir, folder, 0, 0, 0, 0);
    struct memory before = memory;
    u64 base = path_length;
    struct names names = read_names(folder);
    for (; names.next < names.count && !failed; names.next++) {
      struct status status;
      const char *name = names.all[names.next];
      if (look_at(AT_FDCWD, name, &status) < 0) continue;
      extend_path(name);
      if (!failed) put_row(name, &status, "", 0);
      shorten_path(base);
    }
    give_back(before);
    sys(close, folder, 0, 0, 0, 0);
  }
  sys(close, own, 0, 0, 0, 0);
  sys(chdir, "/", 0, 0, 0, 0);
}

/* ---- copies ---- */

/* A file with several names that was copied under one of them. */
struct linked {
  struct linked *next;
  u64 inode;
  u32 major, minor;
  char target[];
};

/* A folder whose time is set when nothing is put into it any more. */
struct folder {
  struct folder *above;
  struct times modified;
  char target[];
};

static i64 source_base, target_base;
static int all_attributes;
static struct linked *linked[4096];
static struct folder *touched;

static struct times time_of(const struct status *status, i64 latest, int leading) {
  struct times time = {leading ? latest : status->modified.seconds, status->modified.nanoseconds};
  if (latest < 0) return time;
  time.nanoseconds = 0;
  if (time.seconds > latest) time.seconds = latest;
  return time;
}

static i64 copy_content(i64 from, i64 to) {
  int plainly = 0;
  for (;;) {
    i64 n;
    if (!plainly) {
      n = call(__NR_copy_file_range, from, 0, to, 0, 1l << 30, 0);
      if (n == -EXDEV || n == -EINVAL || n == -ENOSYS || n == -EOPNOTSUPP) {
        plainly = 1;
        continue;
      }
      if (n == -EINTR) continue;
      if (n < 0) return n;
      /* Some file systems answer 0 for what they cannot copy so. */
      plainly = n == 0;
      continue;
    }
    n = read_whole(from, content, sizeof other);
    if (n <= 0) return n;
    for (i64 at = 0; at < n;) {
      i64 written = sys(write, to, content + at, n - at, 0, 0);
      if (written == -EINTR) continue;
      if (written < 0) return written;
      at += written;
    }
  }
}

/* Both are entries of the folders `from` and `to`. */
static i64 copy_attributes(i64 from, const char *source, i64 to, const char *target) {
  i64 error = sys(fchdir, from, 0, 0, 0, 0);
  i64 n = sys(llistxattr, source, attributes, sizeof attributes, 0, 0);
  for (i64 at = 0; at < n && error >= 0; at += (i64)length_of(attributes + at) + 1) {
    const char *name = attributes + at;
    int foreign = is_any_own(name) || begins(name, "security.");
    if ((foreign || !all_attributes) && !equal(name, "security.capability")) continue;
    sys(fchdir, from, 0, 0, 0, 0);
    i64 length = sys(lgetxattr, source, name, other, sizeof other, 0);
    if (length == -ENODATA) continue;
    sys(fchdir, to, 0, 0, 0, 0);
    error = length < 0 ? length : sys(lsetxattr, target, name, other, length, 0);
  }
  sys(chdir, "/", 0, 0, 0, 0);
  return error;
}

static struct linked **find_linked(const struct status *status) {
  struct linked **at = &linked[(status->inode ^ status->inode >> 12) & 4095];
  while (*at && ((*at)->inode != status->inode || (*at)->major != status->device_major || (*at)->minor != status->device_minor))
    at = &(*at)->next;
  return at;
}

static i64 make_copy(i64 from, const char *source, i64 to, const char *target, const struct status *status) {
  u32 kind = status->mode & 0170000;
  if (kind == 0040000) {
    i64 error = sys(mkdirat, to, target, 0700, 0, 0);
    return error == -EEXIST ? 0 : error;
  }
  if (kind == 0120000) {
    static char link[8192];
    i64 n = sys(readlinkat, from, source, link, sizeof link - 1, 0);
    if (n < 0) return n;
    link[n] = 0;
    return sys(symlinkat, link, to, target, 0, 0);
  }
  if (kind != 0100000) {
    u64 device = (status->minor & 255) | status->major << 8 | (u64)(status->minor & ~255u) << 12;
    return sys(mknodat, to, target, kind | 0600, device, 0);
  }
  i64 a = sys(openat, from, source, O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0, 0);
  if (a < 0) return a;
  i64 b = sys(openat, to, target, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600, 0);
  i64 error = b < 0 ? b : copy_content(a, b);
  if (b >= 0) sys(close, b, 0, 0, 0, 0);
  sys(close, a, 0, 0, 0, 0);
  return error;
}

static i64 dress(i64 from, const char *source, i64 to, const char *target, const struct status *status, struct times time) {
  i64 error = sys(fchownat, to, target, status->uid, status->gid, AT_SYMLINK_NOFOLLOW);
  if (error < 0) return error;
  if ((status->mode & 0170000) != 0120000) {
    /* fchmodat follows links; what was made just now is none. */
    error = sys(fchmodat, to, target, status->mode & 07777, 0, 0);
    if (error < 0) return error;
  }
  error = copy_attributes(from, source, to, target);
  if (error < 0) return error;
  struct times both[2] = {time, time};
  return sys(utimensat, to, target, both, AT_SYMLINK_NOFOLLOW, 0);
}

static int pass_on_copy(const char *source_path, const char *target_path, const struct status *status);

static i64 copy_entry(const char *source_path, const char *target_path, i64 latest, int leading) {
  char source[256], target[256];
  struct status status;
  i64 from = open_above(source_base, source_path, source);
  i64 to = open_above(target_base, target_path, target);
  i64 error = from < 0 ? from : to < 0 ? to : look_at(from, source, &status);
  if (error < 0) goto end;
  if (pass_on_copy(source_path, target_path, &status)) goto end;
  int folder = type_of(&status) == 'd';
  struct linked **known = status.links > 1 && !folder ? find_linked(&status) : 0;
  if (known && *known) {
    char name[256];
    i64 above = open_above(target_base, (*known)->target, name);
    error = above < 0 ? above : sys(linkat, above, name, to, target, 0);
    if (above >= 0) sys(close, above, 0, 0, 0, 0);
    goto end;
  }
  error = make_copy(from, source, to, target, &status);
  struct times time = time_of(&status, latest, leading);
  /* No layer has it, but an engine that compares with the image below takes for the same, and
     leaves out with its links, what has the same second and no part of one. */
  if (!folder) time.nanoseconds = 1;
  if (error >= 0) error = dress(from, source, to, target, &status, time);
  if (error < 0) goto end;
  u64 length = length_of(target_path);
  if (known) {
    struct linked *one = take(sizeof *one + length + 1);
    *one = (struct linked){0, status.inode, status.device_major, status.device_minor};
    memcpy(one->target, target_path, length + 1);
    *known = one;
  }
  if (folder) {
    struct folder *one = take(sizeof *one + length + 1);
    *one = (struct folder){touched, time};
    memcpy(one->target, target_path, length + 1);
    touched = one;
  }
end:
  if (from >= 0) sys(close, from, 0, 0, 0, 0);
  if (to >= 0) sys(close, to, 0, 0, 0, 0);
  return error;
}

/*
 * A second process copies files with one name that the first has no time for.
 * Folders, and what hangs together, are the first one's alone. What fails is
 * told at once: nothing else is written meanwhile.
 */
static void copy_as_second(i64 latest) {
  static char target[sizeof path];
  u64 length;
  while (!failed && read_word(path, sizeof path, &length) && read_word(target, sizeof path, &length)) {
    i64 error = copy_entry(path, target, latest, 0);
    if (error < 0) fail("cannot copy", target, error);
  }
  flush();
  sys(exit_group, failed, 0, 0, 0, 0);
}

static int pass_on_copy(const char *source_path, const char *target_path, const struct status *status) {
  if ((status->mode & 0170000) != 0100000 || status->links != 1) return 0;
  return pass_on(source_path, target_path);
}

/*
 * An empty file `.wh.NAME` deletes NAME in a layer; engines put it there as it
 * is, but give the overlay's own mark, a device 0:0, modes and times of their
 * own. Folders on the way are made; copies that follow give them owner and mode.
 */
static i64 hide_entry(i64 base, const char *full, i64 latest) {
  static char part[sizeof path];
  for (u64 n = 1; full[n]; n++) {
    if (full[n] != '/') continue;
    char name[256];
    memcpy(part, full, n);
    part[n] = 0;
    i64 above = open_above(base, part, name);
    if (above < 0) return above;
    i64 error = name[0] ? sys(mkdirat, above, name, 0755, 0, 0) : 0;
    sys(close, above, 0, 0, 0, 0);
    if (error < 0 && error != -EEXIST) return error;
  }
  char name[260] = ".wh.";
  i64 above = open_above(base, full, name + 4);
  if (above < 0) return above;
  /* Too long a name for that is marked as the overlay does it. */
  int fits = length_of(name) <= 255;
  const char *mark = fits ? name : name + 4;
  i64 error = sys(mknodat, above, mark, fits ? 0100000 : 0020000, 0, 0);
  struct times time = {latest < 0 ? 0 : latest, 0}, both[2] = {time, time};
  if (error >= 0) error = sys(utimensat, above, mark, both, AT_SYMLINK_NOFOLLOW, 0);
  sys(close, above, 0, 0, 0, 0);
  return error;
}

static void copy_entries(void) {
  static char target[sizeof path];
  char root[1024], number[32], mode[16];
  u64 length;
  struct memory before = memory;
  need_word(root, sizeof root);
  source_base = open_path(AT_FDCWD, root, O_DIRECTORY);
  if (source_base < 0) fail("cannot open", root, source_base);
  need_word(root, sizeof root);
  target_base = open_path(AT_FDCWD, root, O_DIRECTORY);
  if (target_base < 0) fail("cannot open", root, target_base);
  need_word(number, sizeof number);
  i64 latest = number[0] ? (i64)parse_number(number) : -1;
  need_word(mode, sizeof mode);
  all_attributes = equal(mode, "all");
  memset(linked, 0, sizeof linked);
  touched = 0;
  if (begin_second()) copy_as_second(latest);
  for (;;) {
    need_word(mode, sizeof mode);
    if (!mode[0]) break;
    if (!read_word(path, sizeof path, &length)) sys(exit_group, 0, 0, 0, 0, 0);
    if (!read_word(target, sizeof path, &length)) sys(exit_group, 0, 0, 0, 0, 0);
    if (failed) continue;
    int hidden = mode[0] == 'h';
    i64 error = hidden ? hide_entry(target_base, target, latest) : copy_entry(path, target, latest, mode[0] == 'l');
    if (error < 0) fail(hidden ? "cannot mark as deleted" : "cannot copy", target, error);
  }
  i64 ended = end_second();
  if (ended == 1 << 8) failed = 1;
  else if (ended != 0) fail("cannot copy", "what was changed", -EIO);
  for (struct folder *folder = touched; folder && !failed; folder = folder->above) {
    char name[256];
    i64 above = open_above(target_base, folder->target, name);
    struct times both[2] = {folder->modified, folder->modified};
    i64 error = above < 0 ? above : sys(utimensat, above, name, both, AT_SYMLINK_NOFOLLOW, 0);
    if (above >= 0) sys(close, above, 0, 0, 0, 0);
    if (error < 0) fail("cannot set the time of", folder->target, error);
  }
  give_back(before);
  if (source_base >= 0) sys(close, source_base, 0, 0, 0, 0);
  if (target_base >= 0) sys(close, target_base, 0, 0, 0, 0);
}

static void unlink_file(void) {
  char root[1024], name[256];
  need_word(root, sizeof root);
  need_word(name, sizeof name);
  i64 folder = open_path(AT_FDCWD, root, O_DIRECTORY);
  i64 error = folder < 0 ? folder : sys(unlinkat, folder, name, 0, 0, 0);
  if (error < 0 && error != -ENOENT) fail("cannot remove", name, error);
  if (folder >= 0) sys(close, folder, 0, 0, 0, 0);
}

/* ---- what is not on disk yet: by a process of its own, since others are asked for meanwhile ---- */

static i64 flushing;

static void begin_flush(void) {
  char root[1024];
  need_word(root, sizeof root);
  i64 folder = open_path(AT_FDCWD, root, O_DIRECTORY);
  if (folder < 0) return fail("cannot open", root, folder);
  flushing = sys(clone, SIGCHLD, 0, 0, 0, 0);
  if (flushing == 0) sys(exit_group, sys(syncfs, folder, 0, 0, 0, 0) < 0, 0, 0, 0, 0);
  if (flushing < 0) fail("cannot start to flush", root, flushing);
  sys(close, folder, 0, 0, 0, 0);
}

static void end_flush(void) {
  i64 status = end_of(flushing);
  if (status != 0) fail("cannot flush", "what was changed", status < 0 ? status : -EIO);
}

/* ---- a control group that is kept still: by a process of its own, which also knows when this one was killed ---- */

static i64 group = -1, keeper, to_keeper;

static void take_group(void) {
  static char folder[4096];
  need_word(folder, sizeof folder);
  group = sys(openat, AT_FDCWD, folder, O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0, 0);
  if (group < 0) fail("cannot open", folder, group);
}

/* The first version of control groups has one file for it, the second has two. */
static i64 ask_group(int still) {
  const char *text = still ? "FROZEN" : "THAWED";
  i64 file = sys(openat, group, "freezer.state", O_WRONLY | O_CLOEXEC, 0, 0);
  if (file < 0) {
    text = still ? "1" : "0";
    file = sys(openat, group, "cgroup.freeze", O_WRONLY | O_CLOEXEC, 0, 0);
  }
  if (file < 0) return file;
  i64 result = sys(write, file, text, length_of(text), 0, 0);
  sys(close, file, 0, 0, 0, 0);
  return result;
}

static int is_group_still(void) {
  char text[256];
  i64 file = sys(openat, group, "freezer.state", O_CLOEXEC, 0, 0);
  if (file < 0) file = sys(openat, group, "cgroup.events", O_CLOEXEC, 0, 0);
  i64 length = file < 0 ? file : sys(read, file, text, sizeof text - 1, 0, 0);
  if (file >= 0) sys(close, file, 0, 0, 0, 0);
  if (length < 0) return 0;
  text[length] = 0;
  for (const char *at = text; *at; ++at)
    if (begins(at, "FROZEN") || begins(at, "frozen 1")) return 1;
  return 0;
}

/* Until the other end of `wait` is closed. */
static i64 stay_frozen(i64 told, i64 wait) {
  const i64 moment[2] = {0, 500000};
  char byte = 0;
  i64 result = ask_group(1);
  sys(fcntl, wait, F_SETFL, O_NONBLOCK, 0, 0);
  for (int tries = 1; result >= 0 && !is_group_still(); ++tries) {
    /* Where processes are being made, the first version needs to be asked again, and at times to begin anew. */
    if (tries % 25 == 0) ask_group(0);
    sys(nanosleep, moment, 0, 0, 0, 0);
    result = tries < 3000 ? ask_group(1) : -EBUSY;
    if (sys(read, wait, &byte, 1, 0, 0) == 0) result = -EIO;
  }
  sys(fcntl, wait, F_SETFL, 0, 0, 0);
  if (result >= 0) {
    sys(write, told, &byte, 1, 0, 0);
    while (sys(read, wait, &byte, 1, 0, 0) == -EINTR);
  }
  return ask_group(0) < 0 || result < 0;
}

static void thaw_group(void) {
  sys(close, to_keeper, 0, 0, 0, 0);
  /* One that was killed left it to this one. */
  i64 result = keeper > 0 && end_of(keeper) == 0 ? 0 : ask_group(0);
  if (result < 0) fail("cannot thaw", "the workspace", result);
}

static void freeze_group(void) {
  int told[2], wait[2];
  char byte;
  if (group < 0) return fail("cannot freeze", "what was not named", -EINVAL);
  if (sys(pipe2, told, O_CLOEXEC, 0, 0, 0) < 0) return fail("cannot freeze", "the workspace", -EMFILE);
  if (sys(pipe2, wait, O_CLOEXEC, 0, 0, 0) < 0) {
    sys(close, told[0], 0, 0, 0, 0);
    sys(close, told[1], 0, 0, 0, 0);
    return fail("cannot freeze", "the workspace", -EMFILE);
  }
  keeper = sys(clone, SIGCHLD, 0, 0, 0, 0);
  if (keeper == 0) {
    /* Whoever reads what this program writes, or writes what it reads, is to learn of its end. */
    sys(close, 0, 0, 0, 0, 0);
    sys(close, 1, 0, 0, 0, 0);
    sys(close, wait[1], 0, 0, 0, 0);
    sys(exit_group, stay_frozen(told[1], wait[0]), 0, 0, 0, 0);
  }
  to_keeper = wait[1];
  sys(close, told[1], 0, 0, 0, 0);
  sys(close, wait[0], 0, 0, 0, 0);
  i64 known = keeper < 0 ? keeper : sys(read, told[0], &byte, 1, 0, 0);
  sys(close, told[0], 0, 0, 0, 0);
  if (known == 1) return;
  fail("cannot freeze", "the workspace", known < 0 ? known : -EBUSY);
  thaw_group();
}

/* ---- where no engine made a container for it ---- */

#define CLONE_NEWNS 0x00020000
#define MS_RDONLY 1
#define MS_NOSUID 2
#define MS_NODEV 4
#define MS_NOEXEC 8
#define MS_REMOUNT 32
#define MS_BIND 4096
#define MNT_DETACH 2
#define MS_REC 16384
#define MS_PRIVATE (1 << 18)
#define PR_SET_NO_NEW_PRIVS 38
#define CAP_DAC_OVERRIDE 1
#define CAP_SYS_ADMIN 21

/* A folder that there is for certain and that is needed no more: nobody else sees what is mounted there. */
#define PLACE "/proc"

static int going_well;

/* One step after another, until one fails. */
static void step(const char *what, const char *where, i64 result) {
  if (result >= 0) return;
  going_well = 0;
  fail(what, where, result);
}

static void mount(const char *source, const char *target, const char *type, u64 flags, const char *options) {
  if (going_well) step("cannot mount", target, sys(mount, source, target, type, flags, options));
}

static void make_folder(const char *name) {
  if (going_well) step("cannot make", name, sys(mkdirat, AT_FDCWD, name, 0755, 0, 0));
}

static void give_up_rights(void) {
  struct {
    u32 version;
    int process;
  } head = {0x20080522, 0};
  struct {
    u32 effective, permitted, inheritable;
  } sets[2] = {{0, 0, 0}, {0, 0, 0}};
  sets[0].effective = sets[0].permitted = 1u << CAP_DAC_OVERRIDE | 1u << CAP_SYS_ADMIN;
  if (going_well) step("cannot give up", "the right to new rights", sys(prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
  if (going_well) step("cannot give up", "rights", sys(capset, &head, sets, 0, 0, 0));
}

/* There is no way back. */
static void enter_layers(void) {
  const u64 plainly = MS_NOSUID | MS_NODEV | MS_NOEXEC;
  static char folder[4096], layers[8192], source[4096], options[16384];
  char name[256], target[300], shown[300];
  need_word(folder, sizeof folder);
  need_word(layers, sizeof layers);
  need_word(source, sizeof source);
  need_word(name, sizeof name);
  *print_text(print_text(target, PLACE "/lowest/"), name) = 0;
  *print_text(print_text(shown, PLACE "/root/"), name) = 0;
  /* The lowest layer has the folder in which the source is to be seen. It is also the second one of an image that has one. */
  *print_text(print_text(print_text(options, "lowerdir="), layers), ":" PLACE "/lowest") = 0;
  going_well = 1;
  /* The kernel takes a page, and cuts off the rest: that would be other layers. */
  if (length_of(options) >= 4096) step("too many layers in", folder, -EINVAL);
  if (going_well) step("cannot have", "mounts of its own", sys(unshare, CLONE_NEWNS, 0, 0, 0, 0));
  mount("", "/", "", MS_REC | MS_PRIVATE, "");
  mount("tmpfs", PLACE, "tmpfs", plainly, "size=64k,mode=0700");
  make_folder(PLACE "/root");
  make_folder(PLACE "/lowest");
  make_folder(target);
  if (going_well) step("cannot enter", folder, sys(chdir, folder, 0, 0, 0, 0));
  mount("overlay", PLACE "/root", "overlay", MS_RDONLY | plainly, options);
  mount(source, shown, "", MS_BIND, "");
  mount("", shown, "", MS_REMOUNT | MS_BIND | MS_RDONLY | plainly, "");
  if (going_well) step("cannot enter", "the layers", sys(chdir, PLACE "/root", 0, 0, 0, 0));
  /* The old root on top of the new one, and away with it: nothing else stays mounted for this program. */
  if (going_well) step("cannot enter", "the layers", sys(pivot_root, ".", ".", 0, 0, 0));
  if (going_well) step("cannot leave", "this machine's files", sys(umount2, ".", MNT_DETACH, 0, 0, 0));
  if (going_well) step("cannot enter", "the layers", sys(chdir, "/", 0, 0, 0, 0));
  give_up_rights();
}

__attribute__((used, noreturn)) void serve(void) {
  char request[16], root[1024];
  u64 length;
  /* Ignored, as the kernel's own sigaction has it: who reads a pipe no more is found by writing. */
  u64 ignored[4] = {1, 0, 0, 0};
  sys(rt_sigaction, SIGPIPE, ignored, 0, 8, 0);
  sys(umask, 0, 0, 0, 0, 0);
  sys(chdir, "/", 0, 0, 0, 0);
  find_own_names();
  while (read_word(request, sizeof request, &length)) {
    failed = 0;
    if (equal(request, "now")) put_now(CLOCK_REALTIME);
    else if (equal(request, "list")) {
      need_word(root, sizeof root);
      need_since();
      list_tree(root);
    } else if (equal(request, "compare")) {
      need_word(root, sizeof root);
      need_since();
      compare_tree(root);
    } else if (equal(request, "stack")) stack_layers(0);
    else if (equal(request, "weigh")) stack_layers(1);
    else if (equal(request, "children")) list_children();
    else if (equal(request, "words")) take_words();
    else if (equal(request, "read")) read_files();
    else if (equal(request, "flush")) begin_flush();
    else if (equal(request, "flushed")) end_flush();
    else if (equal(request, "copy")) copy_entries();
    else if (equal(request, "unlink")) unlink_file();
    else if (equal(request, "group")) take_group();
    else if (equal(request, "freeze")) freeze_group();
    else if (equal(request, "thaw")) thaw_group();
    else if (equal(request, "enter")) enter_layers();
    else fail("unknown request", request, -EINVAL);
    put_frame('e', "", 0);
    flush();
  }
  sys(exit_group, 0, 0, 0, 0, 0);
  __builtin_unreachable();
}
