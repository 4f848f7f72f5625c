/*
 * The helper: a program that runs beside a workspace, in a container or as a process of the engine's machine,
 * with rights over the engine's storage. It lists, reads, compares and copies folders, keeps a workspace from
 * running, and does nothing else. It uses no program and no library of an image: a workspace is not trusted
 * before it was searched. README.md says how it is built and what each file holds, protocol.h
 * what it is asked and what it answers.
 *
 * This is the only file that is compiled; it includes all others, each after those it uses.
 */
#include <asm/unistd.h>

#include "kernel.h"

#include "protocol.h"
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
#include "copy-entry.c"
#include "copying.c"
#include "flushing.c"
#include "freezing.c"
#include "entering.c"

#define REQUEST(name, words, items, frames) {#name, serve_##name},

static const struct {
  const char *name;
  void (*serve)(void);
} requests[] = {REQUESTS(REQUEST)};

static void serve_request(const char *name) {
  for (u64 i = 0; i < sizeof requests / sizeof *requests; i++)
    if (is_equal(requests[i].name, name)) return requests[i].serve();
  fail("unknown request", name, -EINVAL);
}

/* Answers requests until the input ends. */
__attribute__((used, noreturn)) void serve(void) {
  char name[16];
  u64 length;
  /* SIG_IGN in the form of the kernel's sigaction. The next write tells whether the reader is gone. */
  u64 ignored[4] = {1, 0, 0, 0};
  sys(rt_sigaction, SIGPIPE, ignored, 0, 8, 0);
  sys(umask, 0, 0, 0, 0, 0);
  sys(chdir, "/", 0, 0, 0, 0);
  find_overlay_prefix();
  while (read_word(name, sizeof name, &length)) {
    serve_request(name);
    write_frame('e', "", 0);
    flush();
    failed = 0;
  }
  sys(exit_group, 0, 0, 0, 0, 0);
  __builtin_unreachable();
}
