import type { Evidence, EvidenceEntry } from '../../model/evidence.ts';

/**
 * The output of the program in read-evidence.ts. Text of the workspace: what
 * breaks off is read as far as it goes, and nothing is thrown.
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
