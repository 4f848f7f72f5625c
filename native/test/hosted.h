/*
 * The helper inside a hosted program, for sanitizers and fuzzers, instead of system-call.h. The test that
 * includes beside.c defines `call`.
 * The arena of memory.c takes small chunks, and leaves a gap after each piece that nothing may touch.
 */
#include <sanitizer/asan_interface.h>

static i64 call(i64 n, i64 a, i64 b, i64 c, i64 d, i64 e, i64 f);

#if defined(__x86_64__)
#define O_DIRECTORY 0200000
#define O_NOFOLLOW 0400000
#else
#define O_DIRECTORY 040000
#define O_NOFOLLOW 0100000
#endif

void *memcpy(void *to, const void *from, u64 length);
void *memset(void *to, int value, u64 length);

#define CHUNK_SIZE 16384
#define ARENA_GAP 16
#define poison(at, length) __asan_poison_memory_region(at, length)
#define unpoison(at, length) __asan_unpoison_memory_region(at, length)
