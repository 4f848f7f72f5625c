/**
 * Listens in a workspace, as the person's user, at `agent`, `credential` and
 * `gnupg/S.gpg-agent` of the folder $1. Forwards connections over stdin and
 * stdout in frames: kind, number of the connection, length, bytes. `O` opens,
 * `D` is data, `E` ends one direction, `C` closes. Removes its files when stdin
 * ends. Every Debian base has perl.
 */
export const forwardScript = `use strict; use Socket; use POSIX ();
my ($folder) = @ARGV;
$SIG{PIPE} = 'IGNORE';
my ($next, %kind, %conn, %listener) = (1);
umask 077;
mkdir $folder or die "$folder: $!\\n";
mkdir "$folder/gnupg" or die "$folder: $!\\n";
# A gpg that outlives the session must not start an agent of its own.
open(my $conf, '>', "$folder/gnupg/gpg.conf") or die "$folder: $!\\n";
print $conf "no-autostart\\n";
close $conf;
for my $name ('agent', 'credential', 'gnupg/S.gpg-agent') {
  socket(my $socket, PF_UNIX, SOCK_STREAM, 0) or die "$name: $!\\n";
  bind($socket, pack_sockaddr_un("$folder/$name")) && listen($socket, 16) or die "$name: $!\\n";
  $listener{fileno $socket} = [$socket, $name];
}
sub out { my ($text) = @_; while (length $text) { my $n = syswrite(STDOUT, $text); defined $n or leave(); substr($text, 0, $n, '') } }
sub frame { my ($kind, $id, $data) = @_; out(pack('aNN', $kind, $id, length $data) . $data) }
sub leave { wipe($folder); POSIX::_exit(0) }
sub wipe {
  my ($path) = @_;
  return unlink $path if -l $path || !-d _;
  if (opendir(my $all, $path)) { wipe("$path/$_") for grep { $_ ne '.' && $_ ne '..' } readdir $all }
  rmdir $path;
}
sub drop { my ($id) = @_; close(delete($conn{$id})->{socket}) if $conn{$id} }
$SIG{$_} = \\&leave for qw(TERM HUP INT);
frame('R', 0, '');
my $in = '';
while (1) {
  my $bits = '';
  vec($bits, 0, 1) = 1;
  vec($bits, $_, 1) = 1 for keys %listener;
  for my $one (values %conn) { vec($bits, fileno $one->{socket}, 1) = 1 unless $one->{ended} }
  next if select($bits, undef, undef, undef) < 0;
  for my $fd (keys %listener) {
    next unless vec($bits, $fd, 1);
    accept(my $socket, $listener{$fd}[0]) or next;
    my $id = $next++;
    $conn{$id} = { socket => $socket, ended => 0 };
    frame('O', $id, $listener{$fd}[1]);
  }
  for my $id (keys %conn) {
    my $one = $conn{$id};
    next if $one->{ended} || !vec($bits, fileno $one->{socket}, 1);
    my $n = sysread($one->{socket}, my $data, 65536);
    if ($n) { frame('D', $id, $data) } else { $one->{ended} = 1; frame('E', $id, '') }
  }
  next unless vec($bits, 0, 1);
  sysread(STDIN, $in, 65536, length $in) or leave();
  while (length $in >= 9) {
    my ($kind, $id, $length) = unpack('aNN', $in);
    last if length $in < 9 + $length;
    my $data = substr($in, 9, $length);
    substr($in, 0, 9 + $length, '');
    my $one = $conn{$id} or next;
    if ($kind eq 'C') { drop($id); next }
    while (length $data) { my $n = syswrite($one->{socket}, $data); if (!defined $n) { drop($id); last } substr($data, 0, $n, '') }
  }
}
`;

/** A credential helper for git: $1 is the socket, $2 the operation; git writes the question to stdin. */
export const credentialScript =
  'use Socket; my ($p, $op) = @ARGV; socket(my $s, PF_UNIX, SOCK_STREAM, 0) or exit 1; connect($s, pack_sockaddr_un($p)) or exit 1; my $q = join("", "$op\\n", <STDIN>); syswrite($s, $q); shutdown($s, 1); print while <$s>;';
