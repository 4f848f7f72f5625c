/* Fuzzes the input of the helper: any bytes as requests, to a small tree that does not change. */
#include "run-helper.c"

static const u8 tree[] = {
    96, 0, 8, 1, 200, 65, 8, 2, 9, 1, 1, 3, 3, 2, 4, 160, 0, 110, /* u: a folder with files and a link */
    141, 96, 0, 8, 1, 100, 2, 160, 0, 142, 8, 1, 10, 65,           /* l1, l2 */
    143, 96, 1, 8, 2, 5, 65, 144, 8, 0, 20, 65,
};

int LLVMFuzzerTestOneInput(const u8 *bytes, u64 length) {
  if (length < 2) return 0;
  reset_tree();
  fuzz_bytes = tree;
  fuzz_left = sizeof tree;
  may_disturb = 0;
  /* The bytes name the folders to list and to write to. */
  any_folder = 1;
  build_trees();
  input_piece = bytes[0] + 1u;
  fork_mode = bytes[1] % 2 == 0 ? NO_PROCESS : FIRST;
  run_helper(bytes + 2, length - 2);
  return 0;
}
