import { randomBytes } from 'node:crypto';
import type { Container } from '../model/container.ts';
import type { Runtime } from '../ports/runtime.ts';
import { OutputTail } from '../observe/output-tail.ts';

/** Numeric user and group. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

interface OwnerMapping {
  /** Mount points of the host's folders in the container. */
  readonly targets: readonly string[];
  /** The user in the container. */
  readonly inside: Owner;
  /** The owner of the files on the host. */
  readonly outside: Owner;
}

/**
 * Maps owners of mounted folders in a running container: files of `outside` on
 * disk belong to `inside`, and the other way round, by an ID-mapped mount over
 * each folder. Changes no file; the mapping ends with the container's run.
 * Returns the reason if this machine cannot: a kernel before 5.12, a file system
 * without ID mapping, an image without perl.
 */
export async function mapOwners(
  runtime: Runtime,
  container: Pick<Container, 'id' | 'image'>,
  { targets, inside, outside }: OwnerMapping,
): Promise<string | undefined> {
  const helper = await runtime.create({
    name: `devenv-helper-${randomBytes(6).toString('hex')}`,
    image: container.image,
    // Ends by itself if this process is killed.
    command: ['/bin/sh', '-c', 'exec sleep 60'],
    env: [],
    labels: { 'dev.teamvm.role': 'helper', 'dev.teamvm.origin': container.id },
    user: '0:0',
    workingDir: '/',
    mounts: [],
    network: 'none',
    autoRemove: true,
    log: false,
    beside: container.id,
    capabilities: ['SYS_ADMIN'],
    stopTimeout: 0,
  });
  try {
    await runtime.start(helper);
    const words = new OutputTail(3);
    const numbers = [inside.uid, inside.gid, outside.uid, outside.gid].map(String);
    const argv = ['perl', '-e', script, '--', ...numbers, ...targets];
    const exitCode = await runtime.exec(helper, {
      argv,
      user: '0:0',
      ...words.streams(),
    });
    return exitCode === 0 ? undefined : words.lines().join(' ') || `perl ended with ${String(exitCode)}`;
  } finally {
    await runtime.remove(helper);
  }
}

/**
 * Perl is in every Debian base, and no container tool offers these calls. Swaps
 * two numbers and keeps all others, since unmapped ones cannot be written. A
 * folder that is moved over another hides what is mounted below it: every tree is
 * opened first, read-only ones among them, and then moved from the top down.
 */
const script = `use strict; use POSIX ();
my ($uid, $gid, $hostUid, $hostGid, @targets) = @ARGV;
my ($unshare, $setns) = (POSIX::uname())[4] eq 'x86_64' ? (272, 308) : (97, 268);
my ($openTree, $moveMount, $setAttributes) = (428, 429, 442);
sub swap {
  my ($a, $b) = sort { $a <=> $b } @_;
  return "0 0 4294967295\\n" if $a == $b;
  my @rows = ([0, 0, $a], [$a, $b, 1], [$a + 1, $a + 1, $b - $a - 1], [$b, $a, 1], [$b + 1, $b + 1, 4294967294 - $b]);
  return join '', map { "@$_\\n" } grep { $$_[2] > 0 } @rows;
}
sub put { my ($path, $text) = @_; open(my $file, '>', $path) or die "$path: $!\\n"; defined syswrite($file, $text) or die "$path: $!\\n" }
my %mapped;
open(my $mounts, '<', '/proc/1/mountinfo') or die "mountinfo: $!\\n";
while (<$mounts>) { my @part = split / /; $mapped{$part[4]} = $part[5] =~ /\\bidmapped\\b/ }
open(my $place, '<', '/proc/1/ns/mnt') or die "ns/mnt: $!\\n";
pipe(my $ready, my $say); pipe(my $end, my $hold);
my $child = fork;
if (!$child) { close $hold; exit 1 if syscall($unshare, 0x10000000) != 0; syswrite($say, 'x'); sysread($end, my $x, 1); exit 0 }
close $say;
sysread($ready, my $x, 1) or die "no user namespace can be made\\n";
put("/proc/$child/uid_map", swap($uid, $hostUid));
put("/proc/$child/gid_map", swap($gid, $hostGid));
open(my $users, '<', "/proc/$child/ns/user") or die "ns/user: $!\\n";
syscall($setns, fileno($place), 0x20000) == 0 or die "setns: $!\\n";
my $none = '';
my $attributes = pack('Q4', 0x100000, 0, 0, fileno($users));
my @trees;
for my $target (sort @targets) {
  next if $mapped{$target};
  my $tree = syscall($openTree, -100, $target, 0x8000 | 02000000 | 1);
  $tree >= 0 or die "open_tree: $!\\n";
  syscall($setAttributes, $tree, $none, 0x1000, $attributes, 32) == 0 or die "mount_setattr: $!\\n";
  push @trees, [$tree, $target];
}
for my $one (@trees) {
  my ($tree, $target) = @$one;
  syscall($moveMount, $tree, $none, -100, $target, 4) == 0 or die "move_mount: $!\\n";
}
`;
