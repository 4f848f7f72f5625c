import type { ImageHelper } from './image-helper.ts';
import type { Row } from './read-rows.ts';
import { longestPath } from './unkept-list.ts';
import { toInput } from './to-input.ts';

/**
 * Names of the extended attributes of entries, `security.capability` and what
 * the overlay notes for itself left aside: path → names. Programs of a small
 * system do not show them, but tar does, which reads no content where it is
 * told to write nowhere. Paths that are too long for an image are passed over.
 */
export async function listAttributes(
  helper: ImageHelper,
  folder: string,
  rows: readonly Row[],
): Promise<Map<string, readonly string[]>> {
  const paths = rows
    .filter(({ type, path }) => 'fdpcb'.includes(type) && path.length < longestPath)
    .map(({ path }) => path);
  if (paths.length === 0) return new Map();
  return parseAttributes(helper.read(script, [folder], toInput(paths)));
}

const script = `cd "$1" && (tar --create --no-recursion --null --verbatim-files-from --files-from=- --numeric-owner \\
  --xattrs --xattrs-include='*' --xattrs-exclude=security.capability --xattrs-exclude=security.selinux \\
  --xattrs-exclude=trusted.overlay.origin --xattrs-exclude=trusted.overlay.impure \\
  --xattrs-exclude=trusted.overlay.nlink -vvv --quoting-style=escape --file=/dev/null || kill -9 $$) |
(grep -a -B 1 '^  ' || [ $? = 1 ])`;

/** Reads tar's list: a line for an entry, its name quoted, and one below it for each attribute. */
export async function parseAttributes(source: AsyncIterable<Uint8Array>): Promise<Map<string, readonly string[]>> {
  const found = new Map<string, string[]>();
  let names: string[] = [];
  let rest = '';
  for await (const chunk of source) {
    const lines = (rest + Buffer.from(chunk).toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const attribute = /^ {2}x: *\d+ (.*)$/.exec(line)?.[1];
      const path = /^[a-z-].*? \.\/(.*)$/.exec(line)?.[1];
      if (attribute !== undefined) names.push(attribute);
      if (path === undefined) continue;
      names = found.get(unescape(path)) ?? [];
      found.set(unescape(path), names);
    }
  }
  return new Map([...found].filter(([, each]) => each.length > 0));
}

const escapes: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/** `a\\nb\\377/` → the bytes, without the slash that folders have. */
function unescape(name: string): string {
  const whole = name.replace(/\\([0-7]{3}|.)/g, (_, code: string) =>
    code.length === 3 ? String.fromCharCode(Number.parseInt(code, 8)) : (escapes[code] ?? code),
  );
  return whole.replace(/\/$/, '');
}
