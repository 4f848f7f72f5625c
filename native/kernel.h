/*
 * The part of the kernel's interface that the helper uses: integer types, system calls, constants and
 * structures. The program includes no header of a C library: it must not depend on one at run time.
 */

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;
typedef long i64;

#ifdef HOSTED
#include "test/hosted.h"
#else
#include "system-call.h"
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
#define AT_REMOVEDIR 0x200
#define AT_EMPTY_PATH 0x1000
#define ENOENT 2
#define ENOTDIR 20
#define EXDEV 18
#define EINVAL 22
#define ENOSYS 38
#define ELOOP 40
#define ERANGE 34
#define EEXIST 17
#define EISDIR 21
#define ENAMETOOLONG 36
#define ENOTEMPTY 39
#define EINTR 4
#define EIO 5
#define ECHILD 10
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

/* As statx fills it. */
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
