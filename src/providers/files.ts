import { list, object, text, textOrNumber, type Grammar } from './fragment.ts';
import { showPath } from '../model/byte-path.ts';
import { compareItems, nameOf, stepFor } from './compare-items.ts';
import { projectPath, segment } from './grammars.ts';
import { withoutPackages, type Provider } from './provider.ts';

const imagePath: Grammar = {
  pattern: `^(?:/${segment})+$`,
  expected: 'an absolute path without "..", "//" or a trailing "/", such as /etc/psqlrc',
};
const fileMode: Grammar = { pattern: '^[0-7]{3,4}$', expected: 'an octal mode such as "0644"' };

/** Files of the project that are copied into the image. Items: `file:/etc/psqlrc` → sha256 of the content, and mode. */
export const files = {
  ...withoutPackages,
  name: 'file',
  schema: {
    files: list(
      object(
        {
          from: text(projectPath, {
            description: 'The file, relative to devenv.yaml.',
            default: null,
            examples: ['config/psqlrc'],
          }),
          to: text(imagePath, {
            description: 'Where the file goes in the image.',
            default: null,
            examples: ['/etc/psqlrc'],
          }),
          mode: textOrNumber(fileMode, {
            description: 'Its permissions, in octal.',
            default: '0644',
            examples: ['0644', '0755'],
          }),
        },
        ['from', 'to'],
      ),
      {
        description: 'Files of the project that are copied into the image.',
        default: [],
        examples: [[{ from: 'config/psqlrc', to: '/etc/psqlrc', mode: '0644' }]],
      },
    ),
  },
  declaration: {
    kind: 'by hand',
    set: (name) => `add the file for ${name} again, with its content and mode of that version`,
    unset: (name) => `remove the file for ${name}`,
  },
  inputs: (environment) => environment.files.map(({ from }) => from),
  items: (environment, hashes) =>
    Object.fromEntries(
      environment.files.map(({ from, to, mode }) => [
        `file:${to}`,
        `${Object.hasOwn(hashes, from) ? (hashes[from] ?? '') : 'missing'} ${mode}`,
      ]),
    ),
  plan: (wanted, recorded, environment) => {
    const { due, changed, removed } = compareItems(wanted, recorded);
    const gone = removed[0];
    // The file that the copy replaced is not known.
    if (gone !== undefined) return { kind: 'rebuild', cause: `the file ${nameOf(gone)} was removed from devenv.yaml` };
    const entries = environment.files.filter(({ to }) => due.includes(`file:${to}`));
    return stepFor(
      entries.map(({ to }) => to),
      {
        ...{ id: 'file', title: 'copy', cause: changed.length > 0 ? 'new or changed' : 'new in devenv.yaml' },
        actions: entries.map(({ from, to, mode }) => ({ kind: 'copy', file: { from, to, mode } })),
      },
    );
  },
  rebuild: { generated: [], owners: { kind: 'by path', find: showPath } },
} satisfies Provider;
