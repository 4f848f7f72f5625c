import { either, list, object, text } from './fragment.ts';
import type { RunEntry } from '../model/image-inputs.ts';
import { compareItems, nameOf } from './compare-items.ts';
import { entryName, projectPath, someText } from './grammars.ts';
import { withoutPackages, type Provider } from './provider.ts';

/** The team's commands. Items: `run:protoc` → the command, and the hashes of the files that it reads. */
export const run = {
  ...withoutPackages,
  name: 'run',
  schema: {
    run: list(
      either([
        text(someText),
        object(
          {
            name: text(entryName, {
              description: 'What to call the step. Default: made from the command.',
              default: null,
              examples: ['protoc'],
            }),
            run: text(someText, {
              description: 'The command line, run by sh as root with the project at /workspace.',
              default: null,
              examples: ['./install-protoc.sh'],
            }),
            inputs: list(text(projectPath), {
              description: 'Files of the project that the command reads: the step runs again when one changes.',
              default: [],
              examples: [['config/protoc.version']],
            }),
          },
          ['run'],
        ),
      ]),
      {
        description: 'Commands that shape the image, in order, each a step of its own.',
        default: [],
        examples: [['./install-protoc.sh'], [{ name: 'protoc', run: './install-protoc.sh' }]],
      },
    ),
  },
  declaration: {
    kind: 'by hand',
    set: (name, value) => `add the run entry "${name}" again: ${value.split('\n', 1)[0] ?? ''}`,
    unset: (name) => `remove the run entry "${name}"`,
  },
  inputs: (environment) => environment.run.flatMap(inputsOf),
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
    // The effect of a command is not known, so it cannot be undone.
    const gone = removed[0];
    if (gone !== undefined) return { kind: 'rebuild', cause: `run entry "${nameOf(gone)}" was removed` };
    const other = changed[0];
    if (other !== undefined) return { kind: 'rebuild', cause: `run entry "${nameOf(other)}" changed` };
    const due = new Set(added);
    // In the order of devenv.yaml: an entry may need those above it.
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
} satisfies Provider;

/** Project paths whose content is part of an entry: its inputs, and the script that it runs. Sorted. */
function inputsOf({ run: command, inputs }: RunEntry): readonly string[] {
  const script = /^\.\/([A-Za-z0-9_.@%+,/-]+)(?=\s|;|&|\||$)/.exec(command)?.[1];
  const within =
    script !== undefined && !script.split('/').some((part) => part === '..' || part === '' || part === '.');
  return [...new Set([...inputs, ...(within ? [script] : [])])].sort();
}
