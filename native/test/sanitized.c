/*
 * The helper under AddressSanitizer and UndefinedBehaviorSanitizer, on the real kernel: the same requests as to
 * the real program. Sanitizers do not see what a raw system call reads and writes, so `call` checks its buffers.
 */
#define HOSTED
#include "../beside.c"

#include "check-buffers.c"

long syscall(long n, ...);
int *__errno_location(void);

static i64 call(i64 n, i64 a, i64 b, i64 c, i64 d, i64 e, i64 f) {
  check_buffers(n, a, b, c, d, e);
  i64 result = syscall(n, a, b, c, d, e, f);
  return result == -1 ? -*__errno_location() : result;
}

int main(void) {
  serve();
}
