import type { Component } from '../../providers/billing.ts';
import type { Items } from '../../model/item.ts';
import type { Resolved } from '../../model/version.ts';
import { providers } from '../../providers/registry.ts';
import type { Ask } from './ask-image.ts';
import { takeInventory } from './take-inventory.ts';

interface Facts {
  /** What the version declares. */
  readonly items: Items;
  /** Of the lock; empty for a version that is not the current one. */
  readonly resolved: Resolved;
  /** Of the image, as Debian names it. */
  readonly architecture: string;
}

/** Bytes of one file at most. */
const longest = 256 * 1024;

/** stdin: NUL-separated paths. Prints each with its content. */
const printFiles = `xargs -0 -r sh -c 'for path; do printf "%s\\0" "$path"; head -c ${String(longest)} -- "$path" | tr -d "\\000"; printf "\\0"; done' sh`;

/** Everything that the image of a version is known to hold, sorted, each once. */
export async function listComponents(
  ask: Ask,
  { items, resolved, architecture }: Facts,
): Promise<readonly Component[]> {
  const [installed, files] = await Promise.all([takeInventory(ask), readFiles(ask)]);
  const known = providers.flatMap(({ name, bill }) =>
    bill.known({
      ...{ installed: installed[name] ?? {}, pins: resolved[name] ?? {}, architecture },
      items: Object.fromEntries(Object.entries(items).filter(([id]) => id === name || id.startsWith(`${name}:`))),
    }),
  );
  const unique = new Map([...known, ...files].map((each) => [keyOf(each), each]));
  return [...unique.keys()].sort().flatMap((key) => unique.get(key) ?? []);
}

const keyOf = ({ type, name, version = '', architecture = '' }: Component): string =>
  [type, name, version, architecture].join('\0');

const billed = providers.flatMap(({ bill }) => bill.files);

/** The packages that files of the image tell of. */
async function readFiles(ask: Ask): Promise<readonly Component[]> {
  const names = billed.flatMap(({ name }, index) => [...(index === 0 ? [] : ['-o']), '-name', name]);
  const argv = ['find', '/', '-xdev', '-path', '/proc', '-prune', '-o', '(', ...names, ')', '-print0'];
  const { stdout } = await ask({ argv });
  const paths = stdout.toString('utf8').split('\0');
  const found = paths.flatMap((path) => billed.filter((file) => file.path.test(path)).map((file) => ({ path, file })));
  const read = found.filter(({ file }) => file.reads).map(({ path }) => path);
  const texts = read.length === 0 ? new Map<string, string>() : await readTexts(ask, read);
  return found.flatMap(({ path, file }) => file.read(path, texts.get(path) ?? '') ?? []);
}

/** Files at once: less than the output of a program may be, however long they are. */
const batch = 500;

async function readTexts(ask: Ask, paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for (let at = 0; at < paths.length; at += batch) {
    const some = paths.slice(at, at + batch);
    const { stdout } = await ask({ argv: ['sh', '-c', printFiles], stdin: Buffer.from(`${some.join('\0')}\0`) });
    const parts = stdout.toString('utf8').split('\0');
    for (let index = 0; index < some.length; index++) texts.set(parts[index * 2] ?? '', parts[index * 2 + 1] ?? '');
  }
  return texts;
}
