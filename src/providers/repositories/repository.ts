import type { RepositoryEntry } from '../../model/image-inputs.ts';
import type { Action } from '../../model/plan.ts';
import { compareItems, nameOf, removalStep, stepFor } from '../compare-items.ts';
import { aptEnv, aptGet } from '../debian/apt-commands.ts';
import { keepPins } from '../downloads/keep-pins.ts';
import { withoutPackages, type EntryValue, type Provider } from '../provider.ts';
import type { Pins } from '../pins.ts';
import { validateText } from '../validate-text.ts';
import { repositoryRecognition, repositoryRequests } from './found-repositories.ts';
import { printRepository } from './print-repository.ts';
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
    Object.fromEntries(
      repositories.map((entry) => [`repository:${entry.name}`, printRepository(entry, printKey(entry, hashes))]),
    ),
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
      text: '`repositories` in devenv.yaml can declare a source list of apt with its key, and `apt_preferences` which source of a package counts',
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
  const lists = [entry.uris, entry.suites, entry.components, entry.architectures].map((words) => words.join(' '));
  const argv = [...script, 'add', name, ...lists, ...check];
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

function printKey({ key }: RepositoryEntry, hashes: Readonly<Record<string, string>>): string {
  if (key.kind === 'file') return Object.hasOwn(hashes, key.path) ? (hashes[key.path] ?? '') : 'missing';
  return key.kind === 'url' ? `${key.url} ${key.fingerprint}` : key.text.replace(/\n/g, '');
}

/** The entry of an item with an armored key, as `printRepository` prints it. */
function printEntry(name: string, value: string): EntryValue | undefined {
  const [, uris, suites, components = '', architectures = '', line = ''] =
    /^(\S+) (\S+)((?: (?!for |key )\S+)*)(?: for((?: (?!key )\S+)+))? key (-----BEGIN.*)$/.exec(value) ?? [];
  const key = restoreArmor(line);
  if (uris === undefined || suites === undefined || key === undefined) return undefined;
  const [uri = '', ...more] = uris.split(',');
  const [of, on] = [components, architectures].map((words) => words.split(' ').filter((one) => one !== ''));
  return {
    ...{ name, uri: more.length === 0 ? uri : [uri, ...more], suites: suites.split(','), components: of ?? [] },
    ...(on !== undefined && on.length > 0 && { architectures: on }),
    key,
  };
}
