/*
 * Requests enter and pair: the helper as a process of the engine's machine gives itself what a container would have.
 * Invariants: afterwards the program sees no other file of the machine than what the request names: the layers of an
 * image and one folder of a workspace, both read-only; or two folders, of which it can write to the second. It keeps
 * the capabilities it needs and cannot gain others. There is no way back. If a step fails, the caller ends the program.
 */

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
#define BY_HAND (MS_NOSUID | MS_NODEV | MS_NOEXEC)

/* The numbers of capabilities, as a set. */
#define CHOWN (1u << 0)
#define DAC_OVERRIDE (1u << 1)
#define FOWNER (1u << 3)
#define FSETID (1u << 4)
#define SYS_ADMIN (1u << 21)
#define MKNOD (1u << 27)
#define SETFCAP (1u << 31)

/* A mount point that exists on every machine and is not needed any more. Only this program sees the mount. */
#define STAGING "/proc"

static int ok;

/* Reports the first step that fails. The later steps are skipped. */
static void check(const char *what, const char *where, i64 result) {
  if (result >= 0) return;
  ok = 0;
  fail(what, where, result);
}

static void mount(const char *source, const char *target, const char *type, u64 flags, const char *options) {
  if (ok) check("cannot mount", target, sys(mount, source, target, type, flags, options));
}

static void make_folder(const char *name) {
  if (ok) check("cannot create", name, sys(mkdirat, AT_FDCWD, name, 0755, 0, 0));
}

/* Makes a folder the current one. A path with a link in it may lead to any other folder of the machine. */
static void enter_without_links(const char *folder) {
  if (!ok) return;
  sys(chdir, "/", 0, 0, 0, 0);
  i64 opened = open_path(AT_FDCWD, folder, O_DIRECTORY);
  check("cannot enter", folder, opened < 0 ? opened : sys(fchdir, opened, 0, 0, 0, 0));
  if (opened >= 0) sys(close, opened, 0, 0, 0, 0);
}

static void drop_capabilities(u32 kept) {
  struct {
    u32 version;
    int process;
  } head = {0x20080522, 0};
  struct {
    u32 effective, permitted, inheritable;
  } sets[2] = {{0, 0, 0}, {0, 0, 0}};
  sets[0].effective = sets[0].permitted = kept;
  if (ok) check("cannot set", "no_new_privs", sys(prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
  if (ok) check("cannot drop", "capabilities", sys(capset, &head, sets, 0, 0, 0));
}

/* Gives the program mounts of its own, and an empty file system in memory at STAGING. */
static void open_staging(void) {
  ok = 1;
  check("cannot create", "a mount namespace", sys(unshare, CLONE_NEWNS, 0, 0, 0, 0));
  mount("", "/", "", MS_REC | MS_PRIVATE, "");
  mount("tmpfs", STAGING, "tmpfs", BY_HAND, "size=64k,mode=0700");
}

/* Shows a folder of the machine at `shown`, without the mounts in it. */
static void show_folder(const char *folder, const char *shown, u64 flags) {
  enter_without_links(folder);
  mount(".", shown, "", MS_BIND, "");
  mount("", shown, "", MS_REMOUNT | MS_BIND | BY_HAND | flags, "");
}

/* Puts the old root on top of the new one and detaches it: no other mount stays visible for this program. */
static void leave_for(const char *root, const char *what, u32 kept) {
  if (ok) check("cannot enter", what, sys(chdir, root, 0, 0, 0, 0));
  if (ok) check("cannot enter", what, sys(pivot_root, ".", ".", 0, 0, 0));
  if (ok) check("cannot detach", "the old root", sys(umount2, ".", MNT_DETACH, 0, 0, 0));
  if (ok) check("cannot enter", what, sys(chdir, "/", 0, 0, 0, 0));
  drop_capabilities(kept);
}

static void serve_enter(void) {
  static char folder[ROOM_folder], layers[ROOM_layers], source[ROOM_folder], options[2 * ROOM_layers];
  char name[ROOM_name], target[300], shown[300];
  require_word(folder, sizeof folder);
  require_word(layers, sizeof layers);
  require_word(source, sizeof source);
  require_word(name, sizeof name);
  if (failed) return;
  *print_text(print_text(target, STAGING "/lowest/"), name) = 0;
  *print_text(print_text(shown, STAGING "/root/"), name) = 0;
  /*
   * The lowest layer holds the mount point for the source. It also makes two layers of an image with one: an overlay
   * without an upper folder needs two.
   */
  *print_text(print_text(print_text(options, "lowerdir="), layers), ":" STAGING "/lowest") = 0;
  /* The kernel takes one page of options and cuts off the rest: that would mount other layers. */
  if (length_of(options) >= 4096) return fail("too many layers for one mount in", folder, -EINVAL);
  open_staging();
  make_folder(STAGING "/root");
  make_folder(STAGING "/lowest");
  make_folder(target);
  enter_without_links(folder);
  mount("overlay", STAGING "/root", "overlay", MS_RDONLY | BY_HAND, options);
  show_folder(source, shown, MS_RDONLY);
  leave_for(STAGING "/root", "the layers", DAC_OVERRIDE | SYS_ADMIN);
}

static void serve_pair(void) {
  static char source[ROOM_folder], target[ROOM_folder];
  require_word(source, sizeof source);
  require_word(target, sizeof target);
  if (failed) return;
  open_staging();
  make_folder(STAGING "/from");
  make_folder(STAGING "/to");
  show_folder(source, STAGING "/from", MS_RDONLY);
  show_folder(target, STAGING "/to", 0);
  /* SYS_ADMIN is for `trusted.*` attributes. */
  leave_for(STAGING, "the folders", CHOWN | DAC_OVERRIDE | FOWNER | FSETID | SYS_ADMIN | MKNOD | SETFCAP);
}
