import type { DownloadEntry } from '../../model/image-inputs.ts';
import type { Action } from '../../model/plan.ts';
import type { Billing, Component } from '../billing.ts';
import { pinOf } from '../pins.ts';
import { compareItems, nameOf, removalStep, stepFor } from '../compare-items.ts';
import {
  either,
  flag,
  integer,
  list,
  map,
  object,
  text,
  textOrNumber,
  type Fragment,
  type Grammar,
} from '../fragment.ts';
import { noOwners, withoutPackages, type Provider } from '../provider.ts';
import { validateText } from '../validate-text.ts';
import { keepPins, wordOf } from './keep-pins.ts';
import { downloadScript } from './download-script.ts';

const segment = '(?!\\.{1,2}(?:/|$))[A-Za-z0-9@_.][A-Za-z0-9@_.+=~:-]{0,99}';
const name: Grammar = {
  pattern: '^(?!constructor$|prototype$)[a-z0-9][a-z0-9_-]{0,62}$',
  expected: 'a name of at most 63 lower-case letters, digits, "-" and "_", starting with a letter or digit',
};
const address: Grammar = {
  pattern: '^https?://(?:[A-Za-z0-9.-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}\\])(?::[0-9]{1,5})?/[!-;=?-_a-~]{1,1500}$',
  expected: 'an http or https address of a file, without a login, blanks or quotes',
};
const sum: Grammar = { pattern: '^[0-9a-f]{64}$', expected: 'a sha256: 64 lower-case hexadecimal digits' };
const target: Grammar = {
  pattern: `^(?:/${segment}){1,20}$`,
  expected: 'an absolute path of letters, digits and any of @ _ . + = ~ : -, such as /usr/local/bin/jq',
};
const program: Grammar = {
  pattern: `^(?:\\./)?${segment}(?:/${segment}){0,20}$`,
  expected: 'the path of a program in the archive, such as bin/go',
};
const mode: Grammar = { pattern: '^[0-7]{3,4}$', expected: 'an octal mode such as "0755"' };

const perArchitecture = (value: Grammar): Fragment =>
  map({ pattern: '^(?:amd64|arm64|any)$', expected: 'an architecture: amd64, arm64, or any' }, text(value));

const advice = { text: 'if it was downloaded, `downloads` in devenv.yaml can declare it' };

/**
 * Released files. Items: `download:jq` → all that is declared of it, in a line.
 * Pins: the address and sha256 of each, by architecture.
 */
export const download = {
  ...withoutPackages,
  name: 'download',
  schema: {
    downloads: list(
      object(
        {
          name: text(name, { description: 'What to call it.', default: null, examples: ['jq'] }),
          url: either([text(address), perArchitecture(address)], {
            description: 'Where the file is: one address, or one for each architecture. devenv needs no login there.',
            default: null,
            examples: [
              'https://downloads.example.com/jq-1.7.1-linux-amd64',
              { amd64: 'https://downloads.example.com/jq-amd64', arm64: 'https://downloads.example.com/jq-arm64' },
            ],
          }),
          sha256: either([text(sum), perArchitecture(sum)], {
            description:
              'The sha256 of the file, in the form of `url`. Without it, devenv-lock.yaml records what the first download had; another content is refused from then on.',
            default: null,
            examples: ['5942c9b0934e510ee61eb3e30273f1b3fe2590df93933a93d7c58b81d19c8ff5'],
          }),
          extract: flag({
            description:
              'Unpack the file: zip, or tar, gz, xz, zst and bz2. The image needs the program for that, such as unzip or xz-utils in `packages.apt`.',
            default: false,
            examples: [true],
          }),
          strip: integer(0, 10, {
            description: 'How many leading folders of the archive are left out.',
            default: 0,
            examples: [1],
          }),
          to: text(target, {
            description:
              'Where it goes: the path of the file, or a folder. Default: /usr/local/bin/NAME, or /opt/NAME if it is unpacked.',
            default: null,
            examples: ['/usr/local/bin/jq', '/opt/go'],
          }),
          mode: textOrNumber(mode, {
            description: 'The permissions of a file that is not unpacked, in octal.',
            default: '0755',
            examples: ['0644'],
          }),
          bin: list(text(program), {
            description: 'Programs of the archive that get a link in /usr/local/bin.',
            default: [],
            examples: [['bin/go', 'bin/gofmt']],
          }),
        },
        ['name', 'url'],
      ),
      {
        description: 'Released files that are downloaded into the image, checked by their sha256.',
        default: [],
        examples: [
          [{ name: 'jq', url: 'https://downloads.example.com/jq-1.7.1-linux-amd64' }],
          [
            {
              ...{ name: 'go', extract: true, strip: 1, to: '/opt/go', bin: ['bin/go'] },
              url: 'https://downloads.example.com/go1.24.linux-amd64.tar.gz',
            },
          ],
        ],
      },
    ),
  },
  declaration: {
    kind: 'by hand',
    set: (name, value) => `add the download ${name} again: ${value}`,
    unset: (name) => `remove the download ${name}`,
  },
  items: ({ downloads }) => Object.fromEntries(downloads.map((entry) => [`download:${entry.name}`, print(entry)])),
  plan: (wanted, recorded, { downloads }, pins) => {
    const { due, removed, cause } = compareItems(wanted, recorded);
    const gone = removed.map((id) => validateText(new RegExp(name.pattern), nameOf(id), 'name of a download'));
    const entries = downloads.filter((entry) => due.includes(`download:${entry.name}`));
    const kept = keepPins(wanted, pins);
    const actions = entries.map((entry): Action => {
      const { name, urls, sha256, to } = entry;
      return { kind: 'download', name, urls, sha256, to, pins: kept, argv: argvOf(entry) };
    });
    return [
      ...removalStep('download', gone, [{ kind: 'exec', argv: [...script, 'remove', ...gone] }]),
      ...stepFor(
        entries.map((entry) => entry.name),
        { id: 'download', title: 'download', cause, actions },
      ),
    ];
  },
  bill: { known: listComponents, files: [] },
  pins: keepPins,
  advice: { 'usr-local': advice, opt: advice },
  rebuild: { generated: [/^\/var\/lib\/devenv(?:\/|$)/], owners: noOwners },
} satisfies Provider;

const script = ['sh', '-c', downloadScript, 'devenv'] as const;

function argvOf({ name, extract, strip, to, mode, bin }: DownloadEntry): readonly string[] {
  return extract ? [...script, 'extract', name, to, String(strip), ...bin] : [...script, 'file', name, to, mode];
}

/** The file of the image's architecture, with the sha256 that the lock has for it. */
function listComponents({ items, pins, architecture }: Parameters<Billing['known']>[0]): readonly Component[] {
  return Object.entries(items).map(([id, value]) => {
    const name = nameOf(id);
    const known = [architecture, 'any'].flatMap((each) => {
      const url = pinOf(pins, `${name}.url.${each}`);
      return url !== undefined && value.split(' ').includes(wordOf(each, url)) ? [{ each, url }] : [];
    })[0];
    const words = value.split(' ');
    const source =
      known?.url ??
      words.find((word) => /^https?:/.test(word)) ??
      words.find((word) => word.startsWith(`${architecture}=http`))?.slice(architecture.length + 1);
    const sha256 = known && pinOf(pins, `${name}.sha256.${known.each}`);
    return { type: 'generic', name, ...(source !== undefined && { source }), ...(sha256 !== undefined && { sha256 }) };
  });
}

/** One line: equal for equal entries. Each address is a word of it. */
function print({ urls, sha256, extract, strip, to, mode, bin }: DownloadEntry): string {
  const how = extract ? ['unpacked', ...(strip > 0 ? ['strip', String(strip)] : [])] : ['mode', mode];
  const sums = wordsOf(sha256);
  return [
    ...wordsOf(urls),
    ...(sums.length === 0 ? [] : ['sha256', ...sums]),
    ...['to', to],
    ...how,
    ...(bin.length === 0 ? [] : ['bin', ...bin]),
  ].join(' ');
}

const wordsOf = (values: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(values)
    .sort()
    .map(([key, value]) => wordOf(key, value));
