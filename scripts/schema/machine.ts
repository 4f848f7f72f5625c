import { either, list, object, text, type Fragment } from '../../src/providers/fragment.ts';
import * as grammar from './grammars.ts';

/** Not checked here: an error of a schema would show the password. */
const proxy = (what: string, example: string): Fragment =>
  text(grammar.anyText, {
    description: `The proxy for ${what}. An empty text means none.`,
    default: null,
    examples: [example],
  });

/** config.yaml: what this machine of a person needs to reach the world. */
export const machineSchema: Fragment = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  $id: 'https://unpkg.com/@teamvm/devenv@0/schemas/config.schema.json',
  title: 'config.yaml',
  description:
    'How this machine reaches registries and mirrors, and the editor of whoever works there. No version, no lock and no label has it.',
  ...object(
    {
      proxy: object(
        {
          http: proxy('http addresses', 'http://proxy.example.com:3128'),
          https: proxy('https addresses', 'http://kim:password@proxy.example.com:3128'),
          all: proxy('addresses that have none of their own', 'http://proxy.example.com:3128'),
          direct: either([list(text(grammar.directHost)), text(grammar.directHosts)], {
            description:
              'What is reached without a proxy, as in NO_PROXY: hosts, domains, addresses and ranges, each with or without a port; * for everything.',
            default: [],
            examples: [['.corp.example.com', '10.0.0.0/8', 'mirror:8080']],
          }),
        },
        [],
        {
          description: 'The proxies of this network. Variables such as HTTPS_PROXY come first.',
          default: null,
          examples: [{ https: 'http://proxy.example.com:3128', direct: ['.corp.example.com'] }],
        },
      ),
      logins: list(
        { type: 'string', enum: ['npm', 'pip'] },
        {
          description:
            'Package managers whose logins build steps may use: of ~/.npmrc and of pip.conf or PIP_INDEX_URL. Scripts of any package that a project asks for can read them during a build.',
          default: [],
          examples: [['npm', 'pip']],
        },
      ),
      editor: text(grammar.anyText, {
        description:
          'The program that `devenv code` starts. Default: code, cursor or code-insiders, the first that is installed.',
        default: null,
        examples: ['cursor'],
      }),
      updates: {
        type: 'boolean',
        description:
          'Whether commands at a terminal say that there is a newer devenv. The npm registry is asked once a day, in the background; never in CI.',
        default: true,
        examples: [false],
      },
    },
    [],
  ),
};
