/* Checks that a system call reads and writes only memory that belongs to the buffer it was given. */

static void check_bytes(i64 at, i64 length) {
  /* Of the largest buffers only both ends: they are used in each call. */
  if (length > 65536) return check_bytes(at, 4096), check_bytes(at + length - 4096, 4096);
  if (length > 0 && __asan_region_is_poisoned((void *)at, (u64)length)) {
    /* Lets the sanitizer report the address. */
    for (i64 i = 0; i < length; i++) (void)*(volatile u8 *)(at + i);
    __builtin_trap();
  }
}

static void check_text(i64 at) {
  check_bytes(at, (i64)length_of((const char *)at) + 1);
}

static void check_buffers(i64 n, i64 a, i64 b, i64 c, i64 d, i64 e) {
  switch (n) {
    case __NR_read:
    case __NR_write:
    case __NR_getdents64: return check_bytes(b, c);
    case __NR_llistxattr: return check_text(a), check_bytes(b, c);
    case __NR_lgetxattr:
    case __NR_lsetxattr: return check_text(a), check_text(b), check_bytes(c, d);
    case __NR_readlinkat: return check_text(b), check_bytes(c, d);
    case __NR_statx: return check_text(b), check_bytes(e, sizeof(struct status));
    case __NR_openat:
    case __NR_mkdirat:
    case __NR_mknodat:
    case __NR_fchownat:
    case __NR_fchmodat:
    case __NR_unlinkat: return check_text(b);
    case __NR_symlinkat: return check_text(a), check_text(c);
    case __NR_linkat: return check_text(b), check_text(d);
    case __NR_utimensat: return check_text(b), check_bytes(c, 2 * sizeof(struct times));
    case __NR_pipe2: return check_bytes(a, 2 * sizeof(int));
    case __NR_wait4: return check_bytes(b, sizeof(int));
    case __NR_clock_gettime: return check_bytes(b, sizeof(struct times));
    case __NR_chdir: return check_text(a);
  }
}
