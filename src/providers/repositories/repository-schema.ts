import { either, list, object, text, type Grammar } from '../fragment.ts';
import { projectPath } from '../grammars.ts';

export const repositoryName: Grammar = {
  pattern: '^(?!(?:constructor|prototype|debian|ubuntu)$)[a-z0-9][a-z0-9_-]{0,62}$',
  expected:
    'a name of at most 63 lower-case letters, digits, "-" and "_", starting with a letter or digit; debian and ubuntu are those of the base',
};
const address: Grammar = {
  pattern: '^https?://[A-Za-z0-9.-]{1,253}(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~%+/-]{0,500})?$',
  expected: 'an http or https address, without a login',
};
const fileAddress: Grammar = {
  pattern: '^https?://[A-Za-z0-9.-]{1,253}(?::[0-9]{1,5})?/[!-;=?-_a-~]{1,1000}$',
  expected: 'an http or https address of a file, without a login',
};
const word: Grammar = {
  pattern: '^[A-Za-z0-9._][A-Za-z0-9._~+/-]{0,99}$|^/$',
  expected: 'a word of letters, digits and any of . _ ~ + / -, such as bookworm',
};
const fingerprint: Grammar = {
  pattern: '^(?:[0-9A-Fa-f]{4} ?){10}$',
  expected: 'the fingerprint of an OpenPGP key: 40 hexadecimal digits',
};
const armored: Grammar = {
  pattern: `^-----BEGIN PGP PUBLIC KEY BLOCK-----\\n[\\n -~]{1,100000}\\n-----END PGP PUBLIC KEY BLOCK-----\\n?$|${projectPath.pattern}`,
  expected: 'a file of the project, such as keys/example.asc, or an armored OpenPGP key',
};

export const repositorySchema = list(
  object(
    {
      name: text(repositoryName, { description: 'What to call it.', default: null, examples: ['docker'] }),
      uri: either([text(address), list(text(address), undefined, 1)], {
        description: 'The address of the repository, without a login; several that have the same suites as a list.',
        default: null,
        examples: ['https://packages.example.com/debian'],
      }),
      suites: list(
        text(word),
        { description: 'The suites to use.', default: null, examples: [['bookworm'], ['/']] },
        1,
      ),
      components: list(text(word), {
        description: 'The components to use; none for a suite that ends with a slash.',
        default: ['main'],
        examples: [['stable']],
      }),
      architectures: list(text(word), {
        description: 'The architectures to use. Default: those of the image.',
        default: [],
        examples: [['amd64', 'arm64']],
      }),
      key: either(
        [
          text(armored),
          object(
            {
              url: text(fileAddress, {
                description: 'Where the key is.',
                default: null,
                examples: ['https://packages.example.com/key.asc'],
              }),
              fingerprint: text(fingerprint, {
                description: 'The fingerprint that the key must have.',
                default: null,
                examples: ['9DC858229FC7DD38854AE2D88D81803C0EBFCD88'],
              }),
            },
            ['url', 'fingerprint'],
          ),
        ],
        {
          description:
            'The OpenPGP key that signs it: a file of the project, an address with the fingerprint, or the key itself.',
          default: null,
          examples: [
            'keys/example.asc',
            {
              url: 'https://packages.example.com/key.asc',
              fingerprint: '9DC858229FC7DD38854AE2D88D81803C0EBFCD88',
            },
          ],
        },
      ),
    },
    ['name', 'uri', 'suites', 'key'],
  ),
  {
    description: 'Debian repositories of third parties, from which `packages.apt` may install.',
    default: [],
    examples: [
      [
        {
          ...{ name: 'example', uri: 'https://packages.example.com/debian', suites: ['bookworm'] },
          key: 'keys/example.asc',
        },
      ],
    ],
  },
);
