/** Notes of the steps in the image, one file for each download: `f PATH` and `d PATH` that it made, `r PATH` that it replaced. */
const notes = '/var/lib/devenv/downloads';

/**
 * $1: `file NAME TO MODE`, `extract NAME TO STRIP PROGRAM…`, or `remove NAME…`.
 * $DEVENV_DOWNLOAD: the file. An archive is unpacked beside its place, looked
 * through, and then moved there: it may hold files, folders and links within
 * it, and become a hundred times its size.
 */
export const downloadScript = String.raw`set -euf
umask 022
notes=${notes}
work=/.devenv-download
mode=$1
shift
fail() { echo "$1"; exit 1; }
need() { command -v "$1" >/dev/null 2>&1 || fail "$name needs $1, which this image does not have. Add $2 to packages.apt in devenv.yaml."; }
here() { [ -e "$1" ] || [ -L "$1" ]; }

# $1: a name. Removes what its last step made.
drop() {
  [ -e "$notes/$1" ] || return 0
  sed -n 's/^f //p' "$notes/$1" | tr '\n' '\0' | xargs -0 -r rm -f --
  sed -n 's/^d //p' "$notes/$1" | sort -r | tr '\n' '\0' | xargs -0 -r rmdir -- 2>/dev/null || :
}

if [ "$mode" = remove ]; then
  for name; do
    replaced=$(sed -n '/^r /{s///p;q;}' "$notes/$name" 2>/dev/null || :)
    [ -z "$replaced" ] || fail "$name replaced $replaced, which only a clean build brings back. Run: devenv build --clean"
    drop "$name"
    rm -f -- "$notes/$name"
  done
  exit 0
fi

name=$1 to=$2 how=$3
shift 3
rm -rf "$work"
mkdir -p "$work/tree" "$notes"
new=$work/notes
: >"$new"
size=$(wc -c <"$DEVENV_DOWNLOAD")
limit=$((size * 100))
[ "$limit" -gt 104857600 ] || limit=104857600
bomb() { fail "$name is refused: it would become more than a hundred times its size."; }

# Notes that a path is made, or replaced. $1: f or d, $2: the path, $3: the new file, or where a link leads.
note() {
  if ! here "$2" || is_same "$2" "$3"; then
    echo "$1 $2" >>"$new"
  elif [ "$1" = f ] && [ ! -d "$2" ]; then
    echo "r $2" >>"$new"
  fi
}
is_same() {
  if [ -L "$1" ]; then [ "$(readlink "$1")" = "$2" ]; else [ -f "$1" ] && cmp -s "$1" "$2"; fi
}

unpack_zip() {
  need unzip unzip
  unzip -l "$DEVENV_DOWNLOAD" >"$work/list" || fail "$name is not a whole zip archive."
  sed '1,3d' "$work/list" | sed 's/^ *[0-9]* *[0-9-]* *[0-9:]* *//' >"$work/names"
  check_names
  set -- $(tail -n 1 "$work/list")
  [ "$1" -le "$limit" ] || bomb
  # A wrong size in the list is no way around the limit.
  (ulimit -f $((limit / 512)) && exec unzip -q -o "$DEVENV_DOWNLOAD" -d "$work/tree" </dev/null) ||
    fail "$name is refused: unzip could not unpack it."
}

# $@: the program that decompresses it.
unpack_tar() {
  { "$@" <"$DEVENV_DOWNLOAD" || : >"$work/broken"; } | head -c $((limit + 1)) >"$work/tar"
  [ "$(wc -c <"$work/tar")" -le "$limit" ] || bomb
  [ ! -e "$work/broken" ] || fail "$name is not whole: $1 could not decompress it."
  if tar -tf "$work/tar" >"$work/names" 2>/dev/null; then
    check_names
    tar -xof "$work/tar" -C "$work/tree" || fail "$name is refused: tar could not unpack it."
  elif [ "$1" = cat ]; then
    fail "$name is no archive that devenv unpacks: zip, or tar, gz, xz, zst and bz2."
  else
    # One compressed file.
    mv "$work/tar" "$work/single"
  fi
  rm -f "$work/tar"
}

check_names() {
  ! grep -Eq '^/|(^|/)\.\.(/|$)' "$work/names" || fail "$name is refused: a path in it leads out of its folder."
}

strip() {
  mkdir "$work/next"
  find "$work/tree" -mindepth 2 -maxdepth 2 -exec mv -- {} "$work/next/" \; ||
    fail "$name is refused: with strip, two of its files have the same path."
  rm -rf "$work/tree"
  mv "$work/next" "$work/tree"
}

check_tree() {
  newline=$(printf '\nx')
  odd=$(find "$work/tree" ! -type f ! -type d ! -type l -o -name "*${'$'}{newline%x}*" | head -n 1)
  [ -z "$odd" ] || fail "$name is refused: it holds a device, a socket, a pipe or a name with a line break."
  find "$work/tree" -type l | while IFS= read -r link; do
    goal=$(readlink "$link")
    real=$(readlink -f "$link" || :)
    case $goal in /*) real=/ ;; esac
    case $real in
      "$work/tree" | "$work/tree"/*) ;;
      '') case /$goal/ in */../*) exit 1 ;; esac ;;
      *) exit 1 ;;
    esac
  done || fail "$name is refused: a link in it leads out of its folder."
}

extract() {
  case $(head -c 6 "$DEVENV_DOWNLOAD" | od -An -tx1 | tr -d ' \n') in
    504b*) unpack_zip ;;
    1f8b*) need gzip gzip; unpack_tar gzip -dc ;;
    fd377a585a00) need xz xz-utils; unpack_tar xz -dc ;;
    28b52ffd*) need zstd zstd; unpack_tar zstd -dc ;;
    425a68*) need bzip2 bzip2; unpack_tar bzip2 -dc ;;
    *) unpack_tar cat ;;
  esac
  for ignored in $(seq "$how"); do strip; done
  check_tree
}

place_file() {
  [ ! -d "$to" ] || to=$to/$name
  chmod "$2" "$1"
  note f "$to" "$1"
  mkdir -p "$(dirname "$to")"
  rm -f -- "$to"
  mv -- "$1" "$to"
}

place_tree() {
  [ -n "$(ls -A "$work/tree")" ] || fail "$name has nothing to unpack with strip: $how."
  if ! here "$to"; then
    (cd "$work/tree" && find . -type d | sed "s|^\.|d $to|" && find . ! -type d | sed "s|^\.|f $to|") >>"$new"
    mkdir -p "$(dirname "$to")"
    mv "$work/tree" "$to"
    return
  fi
  (cd "$work/tree" && find . -mindepth 1) | while IFS= read -r path; do
    path=${'$'}{path#./}
    kind=f
    if [ -d "$work/tree/$path" ] && [ ! -L "$work/tree/$path" ]; then kind=d; fi
    note "$kind" "$to/$path" "$work/tree/$path"
    if [ "$kind" = f ] && [ ! -d "$to/$path" ]; then rm -f -- "$to/$path"; fi
  done
  cp -a "$work/tree/." "$to/"
}

if [ -e "$notes/$name" ]; then cp "$notes/$name" "$work/old"; else : >"$work/old"; fi
if [ "$mode" = file ]; then
  cp "$DEVENV_DOWNLOAD" "$work/single"
  drop "$name"
  place_file "$work/single" "$how"
else
  extract
  drop "$name"
  if [ -e "$work/single" ]; then place_file "$work/single" 755; else place_tree; fi
  for program; do
    [ -f "$to/$program" ] || fail "$name has no program $program. Its files are: $(cd "$to" && find . -type f | sed 's|^\./||' | sort | head -n 10 | tr '\n' ' ')"
    link=/usr/local/bin/${'$'}{program##*/}
    note f "$link" "$to/$program"
    mkdir -p /usr/local/bin
    ln -sfn "$to/$program" "$link"
  done
fi
sed -n 's/^r //p' "$work/old" | while IFS= read -r path; do
  grep -qxF -e "r $path" -e "f $path" "$new" || exit 1
done || fail "$name replaced files that only a clean build brings back. Run: devenv build --clean"
mv "$new" "$notes/$name"
rm -rf "$work"
`;
