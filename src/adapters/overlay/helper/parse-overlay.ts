import type { Overlay } from '../../../model/container.ts';

/**
 * The folders of the file system at `/`, from the text of /proc/self/mountinfo.
 * Absent if that is no overlay, or one with metacopy or redirects: files of its
 * upper folder then refer to other layers. `rootless`: whether its marks must be
 * the ones that an ordinary user may set.
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

/** True for a path that engines give to the folder of a layer, or to a container's upper folder. */
export const isStorage = (path: string): boolean => storage.test(path) && !/(^|\/)\.\.?(\/|$)/.test(path);

const storage =
  /^\/(.+\/)?(overlay2?\/[0-9a-z-]+\/diff|overlay2?\/l\/[0-9A-Z]+|overlay-containers\/[0-9a-z-]+\/diff|snapshots\/\d+\/fs)$/;
