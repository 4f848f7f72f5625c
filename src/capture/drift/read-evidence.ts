import { pathFromText } from '../../model/byte-path.ts';
import { noEvidence, type Evidence, type EvidenceRequest } from '../../model/evidence.ts';
import type { Runtime } from '../../ports/runtime.ts';
import { parseEvidence } from './parse-evidence.ts';
import { readOutput } from '../../observe/read-output.ts';

/**
 * $1: whether to read the lists of Debian's packages. $2: how many of the rest
 * are files to read; those behind are files to sum. stdin: paths to look at,
 * NUL between. Every part tells its length or ends with an empty word, since
 * what is read may hold anything.
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
 * Reads what explains changes, by one program in a running container, as root.
 * Absent where that cannot be: no shell there, or too much to read.
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
