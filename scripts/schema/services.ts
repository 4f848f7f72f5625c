import { either, integer, list, object, ref, text, type Fragment } from '../../src/providers/fragment.ts';
import { someText, entryName } from '../../src/providers/grammars.ts';
import { dockerfileKeys } from './dockerfile.ts';
import * as grammar from './grammars.ts';

const string: Fragment = { type: 'string' };

const quiesceCommand = (description: string, example: string): Fragment =>
  either([text(someText), list(string, undefined, 1)], { description, default: null, examples: [example] });

const ready = either(
  [
    text(someText),
    object(
      {
        command: either([text(someText), list(string, undefined, 1)], {
          description: 'A command in the service that succeeds when it is ready.',
          default: null,
          examples: ['pg_isready', ['redis-cli', 'ping']],
        }),
        tcp: either([integer(1, 65535), text(grammar.tcpAddress)], {
          description: 'A port that takes connections from the workspace when the service is ready.',
          default: null,
          examples: [5432],
        }),
        http: text(grammar.httpAddress, {
          description: 'An address that answers the workspace with status 200 to 399 when the service is ready.',
          default: null,
          examples: ['http://localhost:9200/_health'],
        }),
        interval: text(grammar.duration, { description: 'Time between checks.', default: '1s', examples: ['500ms'] }),
        retries: integer(1, 10_000, { description: 'Checks before giving up.', default: 30, examples: [60] }),
        start_period: text(grammar.duration, {
          description: 'Time after the start in which a failed check does not count.',
          default: '0s',
          examples: ['10s'],
        }),
      },
      [],
    ),
  ],
  {
    description: 'How to tell that the service is ready: a command, a port or an address.',
    default: null,
    examples: ['pg_isready', { tcp: 5432, interval: '500ms', retries: 60 }],
  },
);

/** What is needed for `services` alone. */
export const serviceDefinitions: Readonly<Record<string, Fragment>> = {
  service: object(
    {
      image: text(grammar.image, {
        description: 'The image to run; pinned by its digest in the lock.',
        default: null,
        examples: ['postgres:16'],
      }),
      build: object({ base: ref('base'), packages: ref('packages'), run: ref('run'), ...dockerfileKeys }, [], {
        description:
          'How to build the image: from a Dockerfile of the project, or in the words of the workspace if no foreign image is wanted.',
        default: null,
        examples: [
          { base: { bootstrap: 'bookworm' }, packages: { apt: ['redis-server'] } },
          { dockerfile: 'web/Dockerfile', context: 'web' },
        ],
      }),
      command: either([text(someText), list(string, undefined, 1)], {
        description:
          'What to run. A line runs in a shell, in place of what the image runs; a list goes to the entrypoint of the image, where it has one.',
        default: null,
        examples: [['redis-server', '--save', '']],
      }),
      env: ref('env'),
      volumes: list(text(grammar.mount), {
        description: 'Named volumes and folders that the service has mounted.',
        default: [],
        examples: [['pgdata:/var/lib/postgresql/data']],
      }),
      ports: ref('ports'),
      ready,
      depends_on: list(text(entryName), {
        description: 'Services that must be ready before this one starts.',
        default: [],
        examples: [['db']],
      }),
      limits: ref('limits'),
      quiesce: object(
        {
          before: quiesceCommand('Run in the service before its data is copied.', 'redis-cli save'),
          after: quiesceCommand('Run in the service after its data was copied.', 'true'),
        },
        [],
        {
          description: 'How to bring the data of the service to rest for a snapshot. Default: it is paused.',
          default: null,
          examples: [{ before: 'redis-cli save' }],
        },
      ),
    },
    [],
  ),
};
