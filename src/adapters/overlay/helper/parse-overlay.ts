import type { Overlay } from '../../../model/container.ts';
import { isStorage } from './is-storage.ts';

/**
 * The folders of the file system at `/`, out of /proc/self/mountinfo. Absent
 * where that is no overlay, or one whose upper folder is not whole by itself:
 * with metacopy or redirects its files refer to others. `rootless`: whether its
 * marks are to be the ones that an ordinary user may set.
 */
export function parseOverlay(mountinfo: string, rootless: boolean): Overlay | undefined {
  for (const line of mountinfo.split('\n')) {
    const [own, rest] = line.split(' - ');
    if (own?.split(' ')[4] !== '/' || rest === undefined) continue;
    const [type, , settings = ''] = rest.split(' ');
    if (type !== 'overlay') return undefined;
    const options = new Map(splitUnescaped(settings, ',').map((option) => splitOnce(option)));
    const upper = decode(options.get('upperdir') ?? '');
    if (!isStorage(upper) || /^(on|follow)$/.test(options.get('redirect_dir') ?? '')) return undefined;
    if (options.get('metacopy') === 'on' || options.has('userxattr') !== rootless) return undefined;
    // Engines with long lists of layers name them from the folder that holds them all.
    const root = upper.split('/').slice(0, -2).join('/');
    const lower = splitUnescaped(options.get('lowerdir') ?? '', ':').map(decode);
    return { upper, lower: lower.map((path) => (path.startsWith('/') ? path : `${root}/${path}`)) };
  }
  return undefined;
}

function splitOnce(option: string): [string, string] {
  const at = option.indexOf('=');
  return at === -1 ? [option, ''] : [option.slice(0, at), option.slice(at + 1)];
}

/** The overlay's own escapes are a backslash before the separator. */
function splitUnescaped(text: string, separator: string): string[] {
  const parts = [''];
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === separator) parts.push('');
    else if (char === '\\' && text[at + 1] === separator) {
      parts[parts.length - 1] += separator;
      at += 1;
    } else parts[parts.length - 1] += char;
  }
  return parts;
}

/** The kernel's escapes of mountinfo: `\040` for a space. */
function decode(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
