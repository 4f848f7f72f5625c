import type { ImageUse } from '../../environment/dockerfile/stage-reader.ts';

/**
 * The text of a Dockerfile with exact images in place of those that it names:
 * `exact` gives one by the other. Lines keep their numbers.
 */
export function pinDockerfile(text: string, images: readonly ImageUse[], exact: ReadonlyMap<string, string>): string {
  const lines = text.split('\n');
  for (const { reference, written, line, lastLine } of images) {
    const pinned = exact.get(reference);
    if (pinned === undefined || pinned === reference) continue;
    const name = escapeForPattern(written);
    const place = new RegExp(`((?:^\\s*FROM\\s(?:.*\\s)?|from=|^\\s*))${name}(?=[\\s,]|$)`, 'i');
    for (let index = line - 1; index < lastLine; index += 1) {
      const replaced = lines[index]?.replace(place, (_, before: string) => `${before}${pinned}`);
      if (replaced === undefined || replaced === lines[index]) continue;
      lines[index] = replaced;
      break;
    }
  }
  return lines.join('\n');
}

const escapeForPattern = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
