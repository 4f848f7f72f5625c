/*
 * The helper: a program that runs beside a workspace, in a container or as a process of the engine's machine,
 * with rights over the engine's storage. It lists, reads, compares and copies folders, keeps a workspace from
 * running, and does nothing else. It uses no program and no library of an image: a workspace is not trusted
 * before it was searched. README.md says how it is built, and what each file holds.
 *
 * This is the only file that is compiled; it includes all others, each after those it uses.
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

#include "kernel.h"

#include "text.c"
#include "output.c"
#include "memory.c"
#include "failure.c"
#include "input.c"
#include "path.c"
#include "folders.c"
#include "rows.c"
#include "names.c"
#include "contents.c"
#include "time.c"
#include "walk.c"
#include "listing.c"
#include "layers.c"
#include "words.c"
#include "second.c"
#include "reading.c"
#include "children.c"
#include "copying.c"
#include "flushing.c"
#include "freezing.c"
#include "entering.c"

__attribute__((used, noreturn)) void serve(void) {
  char request[16], root[1024];
  u64 length;
  /* SIG_IGN in the form of the kernel's sigaction. The next write tells whether the reader is gone. */
  u64 ignored[4] = {1, 0, 0, 0};
  sys(rt_sigaction, SIGPIPE, ignored, 0, 8, 0);
  sys(umask, 0, 0, 0, 0, 0);
  sys(chdir, "/", 0, 0, 0, 0);
  find_overlay_prefix();
  while (read_word(request, sizeof request, &length)) {
    failed = 0;
    if (is_equal(request, "now")) write_time(CLOCK_REALTIME);
    else if (is_equal(request, "list")) {
      require_word(root, sizeof root);
      require_since();
      list_tree(root);
    } else if (is_equal(request, "compare")) {
      require_word(root, sizeof root);
      require_since();
      compare_tree(root);
    } else if (is_equal(request, "stack")) stack_layers(0);
    else if (is_equal(request, "weigh")) stack_layers(1);
    else if (is_equal(request, "children")) list_children();
    else if (is_equal(request, "words")) read_words();
    else if (is_equal(request, "read")) read_files();
    else if (is_equal(request, "flush")) start_flush();
    else if (is_equal(request, "flushed")) wait_for_flush();
    else if (is_equal(request, "copy")) copy_entries();
    else if (is_equal(request, "unlink")) unlink_file();
    else if (is_equal(request, "group")) open_group();
    else if (is_equal(request, "freeze")) freeze_group();
    else if (is_equal(request, "thaw")) thaw_group();
    else if (is_equal(request, "enter")) enter_layers();
    else fail("unknown request", request, -EINVAL);
    write_frame('e', "", 0);
    flush();
  }
  sys(exit_group, 0, 0, 0, 0, 0);
  __builtin_unreachable();
}
