import type { HostFiles } from '../ports/host-files.ts';

const limit = 1024 * 1024;
/** Words of a command that are looked at. */
const most = 20;

/**
 * What to do about a script of the project that a command names and that has the
 * line ends of Windows: a shell says of its interpreter, or of its commands, that
 * they are not found. Absent if there is none.
 */
export async function adviseLineEnds(
  files: Pick<HostFiles, 'readText'>,
  folder: string,
  command: string,
): Promise<string | undefined> {
  for (const word of (command.match(/[A-Za-z0-9_.@%+,/-]+/g) ?? []).slice(0, most)) {
    const path = word.replace(/^(?:\.|\/workspace)\//, '');
    if (path.startsWith('/') || path.split('/').includes('..')) continue;
    const text = await files.readText(`${folder}/${path}`, limit, folder).catch(() => undefined);
    if (text === undefined || !/^[^\n]*\r\n/.test(text) || !(text.startsWith('#!') || path.endsWith('.sh'))) continue;
    return `${path} has the line ends of Windows, which no shell understands. Save it with those of Unix, and add \`${path} text eol=lf\` to .gitattributes.`;
  }
  return undefined;
}
