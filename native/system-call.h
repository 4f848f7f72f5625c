/*
 * Replaces a C library: a system call, the entry of the program, and two flags of openat for each architecture;
 * and the functions that the compiler calls for structures and loops.
 */

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

#define CHUNK_SIZE 4194304

/* Only tests watch the arena. */
#define ARENA_GAP 0
#define poison(at, length)
#define unpoison(at, length)
