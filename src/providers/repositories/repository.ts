import type { RepositoryEntry } from '../../model/image-inputs.ts';
import type { Action } from '../../model/plan.ts';
import { compareItems, nameOf, removalStep, stepFor } from '../compare-items.ts';
import { aptEnv, aptGet } from '../debian/apt-commands.ts';
import { keepPins } from '../downloads/keep-pins.ts';
import { withoutPackages, type EntryValue, type Provider } from '../provider.ts';
import type { Pins } from '../pins.ts';
import { validateText } from '../validate-text.ts';
import { repositoryRecognition, repositoryRequests } from './found-repositories.ts';
import { restoreArmor } from './public-key.ts';
import { repositoryName, repositorySchema } from './repository-schema.ts';
import { keyring, repositoryScript } from './repository-script.ts';

/** Debian repositories of third parties. Items: `repository:docker` → all that is declared of it, in a line. */
export const repository = {
  ...withoutPackages,
  name: 'repository',
  schema: {
    repositories: repositorySchema,
  },
  declaration: {
    kind: 'entry',
    key: 'repositories',
    print: printEntry,
    set: (id, value) => `declare the repository ${id}: ${value}`,
  },
  inputs: ({ repositories }) => repositories.flatMap(({ key }) => (key.kind === 'file' ? [key.path] : [])),
  items: ({ repositories }, hashes) =>
    Object.fromEntries(repositories.map((entry) => [`repository:${entry.name}`, print(entry, hashes)])),
  plan: (wanted, recorded, { repositories }, pins) => {
    const { due, removed, cause } = compareItems(wanted, recorded);
    const gone = removed.map((id) =>
      validateText(new RegExp(repositoryName.pattern), nameOf(id), 'name of a repository'),
    );
    const entries = repositories.filter((entry) => due.includes(`repository:${entry.name}`));
    const known = keepPins(wanted, pins);
    const remove: Action = { kind: 'exec', argv: [...script, 'remove', ...gone] };
    return [
      ...removalStep('repository', gone, [remove], 'remove the repository'),
      ...stepFor(
        entries.map((entry) => entry.name),
        {
          ...{ id: 'repository', title: 'add the repository', cause },
          actions: entries.flatMap((entry) => actionsOf(entry, known)),
        },
      ),
    ];
  },
  pins: keepPins,
  causes: { repository: 'Debian repositories, by hand' },
  recognition: repositoryRecognition,
  proposal: {
    declare: ({ told }) => told ?? { kind: 'opaque', reason: 'its list can only be read while the workspace runs' },
    isPulledIn: () => false,
    installed: () => ({}),
    requests: repositoryRequests,
  },
  advice: {
    etc: {
      text: '`repositories` in devenv.yaml can declare a source list of apt with its key, and `files` its preferences',
      path: /^\/etc\/apt\/(?:sources\.list\.d|keyrings|trusted\.gpg\.d|preferences\.d)\//,
    },
  },
} satisfies Provider;

const script = ['sh', '-c', repositoryScript, 'devenv'] as const;

function actionsOf(entry: RepositoryEntry, pins: Pins): readonly Action[] {
  const { name, key } = entry;
  const sources = `/etc/apt/sources.list.d/${name}.sources`;
  const check = aptGet(
    ...['update', '-o', `Dir::Etc::SourceList=${sources}`, '-o', 'Dir::Etc::SourceParts=-'],
    // Without it, old lists would hide a wrong signature.
    ...['-o', 'APT::Update::Error-Mode=any'],
  );
  const lists = [entry.suites, entry.components, entry.architectures].map((words) => words.join(' '));
  const argv = [...script, 'add', name, entry.uri, ...lists, ...check];
  switch (key.kind) {
    case 'file':
      return [
        { kind: 'copy', file: { from: key.path, to: keyring(name), mode: '0644' } },
        { kind: 'exec', argv, env: aptEnv },
      ];
    case 'text':
      return [{ kind: 'exec', argv, env: { ...aptEnv, DEVENV_KEY: key.text } }];
    case 'url': {
      const { url, fingerprint } = key;
      return [
        { ...{ kind: 'download', name, urls: { any: url }, sha256: {}, pins, fingerprint, to: keyring(name) }, argv },
      ];
    }
  }
}

/** One line: equal for equal entries. */
function print(
  { uri, suites, components, architectures, key }: RepositoryEntry,
  hashes: Readonly<Record<string, string>>,
): string {
  return [
    ...[uri, ...suites, ...components],
    ...(architectures.length === 0 ? [] : ['for', ...architectures]),
    'key',
    ...(key.kind === 'file'
      ? [Object.hasOwn(hashes, key.path) ? (hashes[key.path] ?? '') : 'missing']
      : key.kind === 'url'
        ? [key.url, key.fingerprint]
        : [key.text.replace(/\n/g, '')]),
  ].join(' ');
}

/** The entry of an item with one suite and an armored key, as `print` prints it. */
function printEntry(name: string, value: string): EntryValue | undefined {
  const [, uri, suite, components = '', architectures = '', line = ''] =
    /^(\S+) (\S+)((?: (?!for |key )\S+)*)(?: for((?: (?!key )\S+)+))? key (-----BEGIN.*)$/.exec(value) ?? [];
  const key = restoreArmor(line);
  if (uri === undefined || suite === undefined || key === undefined) return undefined;
  const [of, on] = [components, architectures].map((words) => words.split(' ').filter((one) => one !== ''));
  return {
    ...{ name, uri, suites: [suite], components: of ?? [] },
    ...(on !== undefined && on.length > 0 && { architectures: on }),
    key,
  };
}
