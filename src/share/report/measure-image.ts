import type { Ask } from '../../observe/images/ask-image.ts';

/** A part of an image. */
export interface SizeNode {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly parts: readonly SizeNode[];
}

const marker = '== folders ==';

/** Folders that Debian packages leave to people and to other package managers. */
const folders = ['/usr/local', '/opt', '/home', '/root', '/srv'];

/** Levels below these, enough for one package of npm, pip or mise. */
const depth = 4;

const script = `dpkg-query -W -f '\${db:Status-Abbrev}\\t\${Package}\\t\${Installed-Size}\\n' 2>/dev/null
echo '${marker}'
for folder; do [ -d "$folder" ] && du -xkd ${String(depth)} "$folder" 2>/dev/null; done
exit 0`;

/** Sizes by cause: Debian packages, folders of other programs, and the rest of the image. `total`: bytes. */
export async function measureImage(ask: Ask, total: number): Promise<SizeNode> {
  const { stdout } = await ask({ argv: ['sh', '-c', script, 'sh', ...folders] });
  const [packages = '', listed = ''] = stdout.toString('utf8').split(`${marker}\n`);
  const debian = parsePackages(packages);
  const parts = [...(debian.length === 0 ? [] : [sumOf('Debian packages', debian)]), ...parseFolders(listed)];
  const known = parts.reduce((sum, { size }) => sum + size, 0);
  const rest = total - known;
  const all = rest > 0 ? [...parts, { name: 'Other files', size: rest, parts: [] }] : parts;
  return sumOf('Image', all);
}

function sumOf(name: string, parts: readonly SizeNode[]): SizeNode {
  return { name, size: parts.reduce((sum, { size }) => sum + size, 0), parts };
}

/** Lines of dpkg-query, with sizes in kibibytes. */
export function parsePackages(text: string): readonly SizeNode[] {
  return text.split('\n').flatMap((line) => {
    const [, name, size] = /^[hi]i \t([a-z0-9][a-z0-9+.-]{0,127})\t(\d{1,12})$/.exec(line) ?? [];
    return name === undefined ? [] : [{ name, size: Number(size) * 1024, parts: [] }];
  });
}

/** Lines of du: each folder after those in it. */
export function parseFolders(text: string): readonly SizeNode[] {
  const waiting = new Map<string, SizeNode[]>();
  const roots: SizeNode[] = [];
  for (const line of text.split('\n')) {
    const [, kibibytes, path = ''] = /^(\d{1,12})\t(\/.+)$/.exec(line) ?? [];
    if (kibibytes === undefined || kibibytes === '0') continue;
    const node = { name: path, size: Number(kibibytes) * 1024, parts: waiting.get(path) ?? [] };
    waiting.delete(path);
    if (folders.includes(path)) roots.push(node);
    else {
      const above = path.slice(0, path.lastIndexOf('/'));
      waiting.set(above, [...(waiting.get(above) ?? []), node]);
    }
  }
  return roots;
}
