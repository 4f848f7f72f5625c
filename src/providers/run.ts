import type { RunEntry } from '../model/image-inputs.ts';
import { compareItems, nameOf } from './compare-items.ts';
import type { Provider } from './provider.ts';

/** Commands of the team's own. Items: `run:protoc` → the command, and the hashes of the files it depends on. */
export const run: Provider = {
  name: 'run',
  items: (environment, hashes) =>
    Object.fromEntries(
      environment.run.map((entry) => [
        `run:${entry.name}`,
        [
          entry.run,
          ...inputsOf(entry).map((path) => `${path} ${Object.hasOwn(hashes, path) ? (hashes[path] ?? '') : 'missing'}`),
        ].join('\n'),
      ]),
    ),
  plan: (wanted, recorded, environment) => {
    const { added, changed, removed } = compareItems(wanted, recorded);
    // Nobody knows what a command did, so it cannot be taken back.
    const gone = removed[0];
    if (gone !== undefined) return { kind: 'rebuild', cause: `run entry "${nameOf(gone)}" was removed` };
    const other = changed[0];
    if (other !== undefined) return { kind: 'rebuild', cause: `run entry "${nameOf(other)}" changed` };
    const due = new Set(added);
    // In the order of devenv.yaml: entries build on those above them.
    return environment.run
      .filter(({ name }) => due.has(`run:${name}`))
      .map((entry) => ({
        id: `run:${entry.name}`,
        title: `run ${entry.name}`,
        cause: 'new in devenv.yaml',
        actions: [{ kind: 'exec', argv: ['sh', '-c', entry.run] }],
        identity: wanted[`run:${entry.name}`] ?? '',
      }));
  },
};

/** Project paths whose content is part of an entry: its inputs, and the script that it starts with. Sorted. */
export function inputsOf({ run: command, inputs }: RunEntry): readonly string[] {
  const script = /^\.\/([A-Za-z0-9_.@%+,/-]+)(?=\s|;|&|\||$)/.exec(command)?.[1];
  const within =
    script !== undefined && !script.split('/').some((part) => part === '..' || part === '' || part === '.');
  return [...new Set([...inputs, ...(within ? [script] : [])])].sort();
}
