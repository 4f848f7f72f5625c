import { compareItems, nameOf } from './compare-items.ts';
import type { Provider } from './provider.ts';

/** Files of the project that are copied into the image. Items: `file:/etc/psqlrc` → sha256 of the content, and mode. */
export const files: Provider = {
  name: 'file',
  items: (environment, hashes) =>
    Object.fromEntries(
      environment.files.map(({ from, to, mode }) => [
        `file:${to}`,
        `${Object.hasOwn(hashes, from) ? (hashes[from] ?? '') : 'missing'} ${mode}`,
      ]),
    ),
  plan: (wanted, recorded, environment) => {
    const { added, changed, removed } = compareItems(wanted, recorded);
    const gone = removed[0];
    // What the copy replaced is not known any more, so nothing can be put back.
    if (gone !== undefined) return { kind: 'rebuild', cause: `the file ${nameOf(gone)} was removed from devenv.yaml` };
    const due = new Set([...added, ...changed]);
    const entries = environment.files.filter(({ to }) => due.has(`file:${to}`));
    if (entries.length === 0) return [];
    return [
      {
        id: 'file',
        title: `copy ${entries.map(({ to }) => to).join(', ')}`,
        cause: changed.length > 0 ? 'new or changed' : 'new in devenv.yaml',
        actions: entries.map(({ from, to, mode }) => ({ kind: 'copy', file: { from, to, mode } })),
      },
    ];
  },
};
