import fc from 'fast-check';

/** What one operation does to a tree: paths and texts in hex, or the number of an entry that is there. */
export type TreeOperation = readonly [verb: string, ...rest: readonly string[]];

/** Folders of the base that trees grow in: what is there is replaced, linked to and deleted. */
export const playground = [
  '/opt',
  '/etc/skel',
  '/usr/share/base-files',
  '/usr/share/common-licenses',
  '/usr/share/pam',
];

const hex = (text: string): string => Buffer.from(text, 'latin1').toString('hex');

const oddName = fc.oneof(
  fc.constantFrom(
    ' ',
    '  x ',
    '-rf',
    '--',
    '*',
    '\\',
    "'",
    '"',
    'a\nb',
    '\n',
    '\x1b[31m',
    '\xff',
    '\xc3\x28',
    'ü',
    '.hidden',
    '...',
    'x'.repeat(255),
    '\xfe'.repeat(252),
  ),
  fc
    .uint8Array({ minLength: 1, maxLength: 255 })
    .map((bytes) => Buffer.from(bytes).toString('latin1').replaceAll(/[\0/]/g, 'n')),
);
const name = fc
  .oneof({ weight: 3, arbitrary: fc.constantFrom('a', 'b', 'c', 'd', 'e') }, { weight: 2, arbitrary: oddName })
  // The first two are no names, the third is refused by a capture.
  .map((each) => (each === '.' || each === '..' || each.startsWith('.wh.') ? 'dot' : each));

/** Few names, so that operations meet. */
const path = fc
  .tuple(fc.constantFrom(...playground), fc.array(name, { minLength: 1, maxLength: 3 }))
  .map(([folder, names]) => hex(`${folder}/${names.join('/')}`));
const entry = fc.nat(1000).map(String);
const text = fc.oneof(fc.constant(''), fc.string({ maxLength: 20 }), fc.constant('z'.repeat(70_000))).map(hex);
const mode = fc.constantFrom('755', '644', '0', '600', '4755', '2755', '6711', '1777', '3770');
const id = fc.constantFrom('0', '1', '1000', '65534', '2097152', '4294967294');
const time = fc.constantFrom('0', '1', '1500000000', '4102444800');

const verb = (name: string, ...parts: readonly fc.Arbitrary<string>[]): fc.Arbitrary<TreeOperation> =>
  fc.tuple(...parts).map((values) => [name, ...values] as const);

const operation: fc.Arbitrary<TreeOperation> = fc.oneof(
  { weight: 6, arbitrary: verb('file', path, text) },
  { weight: 3, arbitrary: verb('folder', path) },
  { weight: 2, arbitrary: verb('symlink', path, path) },
  { weight: 1, arbitrary: verb('fifo', path) },
  { weight: 1, arbitrary: verb('device', path, fc.constantFrom('c', 'b')) },
  { weight: 1, arbitrary: verb('deep', fc.integer({ min: 2, max: 14 }).map(String)) },
  { weight: 4, arbitrary: verb('link', path, entry) },
  { weight: 3, arbitrary: verb('rename', path, entry) },
  { weight: 2, arbitrary: verb('pair', path, path) },
  { weight: 2, arbitrary: verb('move', path, entry) },
  { weight: 3, arbitrary: verb('remove', entry) },
  { weight: 2, arbitrary: verb('replace', entry) },
  { weight: 1, arbitrary: verb('renew', entry) },
  { weight: 3, arbitrary: verb('mode', entry, mode) },
  { weight: 3, arbitrary: verb('owner', entry, id, id) },
  { weight: 2, arbitrary: verb('time', entry, time) },
  { weight: 2, arbitrary: verb('capability', entry) },
  { weight: 1, arbitrary: verb('attribute', entry) },
);

/** What is done to a tree between two captures. */
export const treeChange: fc.Arbitrary<readonly TreeOperation[]> = fc.array(operation, { minLength: 20, maxLength: 80 });

/** A program for perl, which every Debian has: does below its arguments what its input says, a line for each; what cannot be done is passed over. */
export const applyOperations = String.raw`
use Socket; use POSIX ();
my $arm = qx(uname -m) =~ /aarch64/;
sub set { my ($path, $name, $value) = @_; syscall($arm ? 5 : 188, $path, $name, $value, length $value, 0) }
sub put { return if -p $_[0]; open FILE, ">", $_[0] or return; print FILE $_[1]; close FILE }
sub folders { my $at = shift; mkdir substr $at, 0, $-[0] while $at =~ m{/}g }
# Where the engine captures it whole, a file with several names may not be touched
# without a change that is kept: engines that compare leave such a name out.
sub linked { my @s = lstat $_[0]; !-d _ && $s[3] > 1 }
sub holds {
  return linked($_[0]) unless -d $_[0] && !-l $_[0];
  opendir my $folder, $_[0] or return 0;
  for (readdir $folder) { return 1 if $_ ne "." && $_ ne ".." && holds("$_[0]/$_") }
  0
}
my @all;
sub walk {
  opendir my $folder, $_[0] or return;
  for (sort readdir $folder) {
    next if $_ eq "." || $_ eq "..";
    push @all, "$_[0]/$_";
    walk($all[-1]) if -d $all[-1] && !-l $all[-1];
  }
}
while (<STDIN>) {
  my ($verb, $first, @rest) = split ' ';
  @all = (); walk($_) for @ARGV;
  my $numbered = $verb =~ /^(remove|replace|renew|mode|owner|time|capability|attribute)$/;
  my $path = $numbered ? $all[$first % @all] : pack "H*", $first;
  my $entry = $all[$rest[0] % @all] if $verb =~ /^(link|rename)$/;
  # With some of the names of files, and not with all of them.
  my @holding = $verb eq "move" ? grep { -d $_ && !-l $_ && holds($_) } @all : ();
  folders($path) unless $numbered || $verb eq "deep";
  my $folder = -d $path && !-l $path;
  if ($verb eq "file") { put($path, pack "H*", $rest[0] // "") }
  elsif ($verb eq "folder") { mkdir $path }
  elsif ($verb eq "symlink") { symlink pack("H*", $rest[0]), $path }
  elsif ($verb eq "fifo") { POSIX::mkfifo($path, 0640) }
  elsif ($verb eq "device") { syscall($arm ? 33 : 259, -100, $path, ($rest[0] eq "c" ? 0020000 : 0060000) | 0620, 259) }
  elsif ($verb eq "link") { link $entry, $path }
  elsif ($verb eq "rename") { rename $entry, $path }
  elsif ($verb eq "move") { rename $holding[$rest[0] % @holding], $path if @holding }
  elsif ($verb eq "pair") {
    my $other = pack "H*", $rest[0];
    folders("$other/");
    mkdir $path;
    # Of another size each time: what takes another's place with its size and time is not told from that.
    put("$path/pair", "p" x @all);
    link "$path/pair", "$other/pair";
  }
  elsif ($verb eq "remove") { system "rm", "-rf", "--", $path }
  elsif ($verb eq "replace" || $verb eq "renew") {
    system "rm", "-rf", "--", $path;
    if ($folder == ($verb eq "replace")) { put($path, "file") } else { mkdir $path; put("$path/in", "in") }
  }
  elsif (linked($path) && $verb =~ /^(mode|owner|time|attribute)$/) { my @s = lstat $path; chmod $s[2] & 0777 ^ 0111, $path unless -l $path }
  elsif ($verb eq "mode") { chmod oct $rest[0], $path unless -l $path }
  elsif ($verb eq "owner") { POSIX::lchown(@rest, $path) }
  elsif ($verb eq "time") { utime $rest[0], $rest[0], $path unless -l $path }
  elsif ($verb eq "capability") { set($path, "security.capability", pack "V5", 0x02000001, 0x400, 0, 0, 0) if -f $path && !-l $path }
  elsif ($verb eq "attribute") { set($path, "user.note", "lost") unless -l $path }
  elsif ($verb eq "deep") {
    my $at = $ARGV[0];
    $at .= "/" . "n" x 255, mkdir $at for 1 .. $first;
    put("$at/" . "f" x 255, "deep");
  }
}
`;

/**
 * A program for perl that prints everything below its arguments: path, type,
 * mode, owner, size, time, target or device, capability and hash; files that
 * share an inode are numbered by it. \`LATEST\`: later times are printed as that.
 */
export const printTree = String.raw`
my $arm = qx(uname -m) =~ /aarch64/;
my %seen; my $count = 0;
sub show {
  my ($path) = @_;
  my @s = lstat $path or return;
  my $kind = $s[2] >> 12;
  my $line = unpack("H*", $path) . sprintf " %x %o %u:%u", $kind, $s[2] & 07777, $s[4], $s[5];
  my $time = $s[9] > $ENV{LATEST} ? $ENV{LATEST} : $s[9];
  $line .= " size=$s[7]" if $kind == 8;
  $line .= " time=$time" if $kind != 4;
  $line .= " inode=" . ($seen{$s[1]} //= ++$count) . "/$s[3]" if $kind != 4 && $s[3] > 1;
  $line .= " to=" . unpack "H*", readlink $path if $kind == 10;
  $line .= sprintf " device=%x", $s[6] if $kind == 2 || $kind == 6;
  if ($kind == 8) {
    my ($name, $value) = ("security.capability", "\0" x 100);
    my $length = syscall($arm ? 8 : 191, $path, $name, $value, 100);
    $line .= " capability=" . unpack "H*", substr $value, 0, $length if $length > 0;
    open my $file, "-|", "sha256sum", "--", $path; my $sum = <$file>; $line .= " " . ($sum =~ /([0-9a-f]{64})/)[0];
  }
  print "$line\n";
  return if $kind != 4;
  opendir my $folder, $path or return;
  show("$path/$_") for sort grep { $_ ne "." && $_ ne ".." } readdir $folder;
}
show($_) for @ARGV;
`;
