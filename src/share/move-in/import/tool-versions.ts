import { readToolFile } from '../../../providers/tools/read-tool-file.ts';
import { Import, type Imported } from './imported.ts';

/** Plug-ins of asdf under other names than those of devenv. */
const aliases: Readonly<Record<string, string>> = { nodejs: 'node', golang: 'go' };

/** .tool-versions stays the source: each tool takes its version from there. */
export function importToolVersions(text: string, file: string): Imported {
  const into = new Import(file);
  for (const line of text.split('\n')) {
    const [written = '', version] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (written === '') continue;
    const tool = aliases[written] ?? written;
    if (version === undefined || readToolFile(tool, file, text) === undefined)
      into.lose(written, 'it names no version that devenv understands');
    else into.map(written, ['tools', tool], { from: file });
  }
  into.entries.unshift({ path: ['base'], value: { bootstrap: 'bookworm' }, from: 'the default' });
  return { entries: into.entries, fields: into.fields };
}
