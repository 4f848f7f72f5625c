import { pathFromText } from '../../model/byte-path.ts';
import { noEvidence, type Evidence, type EvidenceEntry, type EvidenceRequest } from '../../model/evidence.ts';
import type { Runtime } from '../../ports/runtime.ts';
import { readOutput } from '../../observe/read-output.ts';

/**
 * $1: whether to read the lists of Debian's packages. $2: how many of the
 * further arguments are files to read; the others are files to sum. stdin:
 * NUL-separated paths to look at. Every part tells its length or ends with an
 * empty word, since files may hold anything.
 */
const script = `lists=$1 count=$2
shift 2
while [ "$count" -gt 0 ]; do
  count=$((count - 1)) path=$1
  shift
  [ -f "$path" ] || continue
  size=$(wc -c <"$path") && [ "$size" -le 33554432 ] || continue
  printf 'file\\0%s\\0%s\\0' "$path" "$((size))"
  head -c "$size" -- "$path"
done
printf 'sums\\0'
[ "$#" -eq 0 ] || md5sum -z -- "$@" 2>/dev/null
printf '\\0entries\\0'
xargs -0 -r sh -c 'find "$@" -maxdepth 0 -printf "%s\\0%y\\0%p\\0%l\\0"' sh 2>/dev/null
printf '\\0lists\\0'
if [ "$lists" = yes ] && cd /var/lib/dpkg/info 2>/dev/null; then
  find . -maxdepth 1 -name '*.list' -exec tail -n +1 -v -- {} +
fi
exit 0
`;

/**
 * Reads the files that explain changes, by one program in a running container,
 * as root. Absent if there is no shell, or too much to read.
 */
export async function readEvidence(
  runtime: Runtime,
  container: string,
  request: EvidenceRequest,
): Promise<Evidence | undefined> {
  const { files, entries, sums, lists } = request;
  if (files.length + entries.length + sums.length === 0 && !lists) return noEvidence;
  const argv = ['sh', '-c', script, 'devenv', request.lists ? 'yes' : 'no', String(request.files.length)];
  const paths = request.entries.map(pathFromText);
  const output = await readOutput(runtime, container, [...argv, ...request.files, ...request.sums], paths);
  return output && parseEvidence(output);
}

/**
 * Parses the output of that program. It is text of the workspace: a broken part
 * ends the reading, and nothing is thrown.
 */
export function parseEvidence(output: Buffer): Evidence {
  const files = new Map<string, string>();
  const entries = new Map<string, EvidenceEntry>();
  const sums = new Map<string, string>();
  let at = 0;
  const word = (): string | undefined => {
    const end = output.indexOf(0, at);
    if (end === -1) return undefined;
    const text = output.toString('utf8', at, end);
    at = end + 1;
    return text;
  };
  for (let part = word(); part !== undefined; part = word()) {
    if (part === 'file') {
      const path = word() ?? '';
      const size = Number(word());
      if (!Number.isSafeInteger(size) || size < 0) break;
      files.set(path, output.toString('utf8', at, at + size));
      at += size;
    } else if (part === 'sums') {
      for (let line = word() ?? ''; line !== ''; line = word() ?? '') sums.set(line.slice(34), line.slice(0, 32));
    } else if (part === 'entries') {
      for (let size = word() ?? ''; size !== ''; size = word() ?? '') {
        const [type, path = '', target = ''] = [word(), word(), word()];
        entries.set(path, { size: type === 'f' ? Number(size) : 0, ...(type === 'l' && { target }) });
      }
    } else if (part === 'lists') {
      return { files, entries, sums, lists: parseLists(output.toString('utf8', at)) };
    }
  }
  return { files, entries, sums, lists: new Map() };
}

/** `==> ./jq.list <==` before each list; paths in lists begin with a slash. */
function parseLists(text: string): ReadonlyMap<string, string> {
  const lists = new Map<string, string>();
  const heading = /^==> \.\/(.+)\.list <==\n/gm;
  let open: { readonly name: string; readonly start: number } | undefined;
  for (const match of text.matchAll(heading)) {
    if (open !== undefined) lists.set(open.name, text.slice(open.start, match.index));
    open = { name: match[1] ?? '', start: match.index + match[0].length };
  }
  if (open !== undefined) lists.set(open.name, text.slice(open.start));
  return lists;
}
