/* Runs the helper from its first word to its end, as often as a fuzzer asks. */
#define HOSTED
#include "../beside.c"

#include <setjmp.h>

long syscall(long n, ...);

/* A fuzzer follows what the helper does, not what the test does. */
#pragma clang attribute push(__attribute__((no_sanitize("coverage"))), apply_to = function)
#include "check-buffers.c"
#include "fake-tree.c"
#include "fake-kernel.c"
#include "check-answers.c"
#pragma clang attribute pop

static jmp_buf run_start;

static void end_run(void) {
  longjmp(run_start, 1);
}

/* What the sources say; later runs must find it again. */
static struct {
  int is_known;
  i64 second, group, keeper, to_keeper, flushing;
} initial;

/* Everything that a new process would find at its start. */
static void reset_helper(void) {
  if (!initial.is_known) {
    initial.is_known = 1;
    initial.second = second, initial.group = group, initial.flushing = flushing;
    initial.keeper = keeper, initial.to_keeper = to_keeper;
  }
  release_to((struct memory){0, 0, 0});
  out_length = in_at = in_length = path_length = layer_count = 0;
  path[0] = 0;
  failed = names_inodes = walk.compares = walk.has_since = 0;
  plain.all = strict.all = binary.all = 0;
  plain.shortest = strict.shortest = binary.shortest = 0;
  second = initial.second, group = initial.group, flushing = initial.flushing;
  keeper = initial.keeper, to_keeper = initial.to_keeper;
  same_folder.at = -1;
  overlay_prefix = "trusted.overlay.";
  children = 0;
  is_child = disturbed = 0;
  for (u64 i = 0; i < 64; i++) open_files[i].kind = i < 3 ? NODE : FREE;
  working_folder = tree_roots[0];
}

static void run_helper(const u8 *requests_sent, u64 length) {
  input = requests_sent;
  input_at = 0;
  input_size = length;
  reset_helper();
  expect_answers(requests_sent, requests_sent + length);
  if (setjmp(run_start) == 0) serve();
  check_run();
}
