import {
  either,
  flag,
  integer,
  list,
  map,
  object,
  oneOf,
  ref,
  text,
  textOrNumber,
  type Fragment,
} from '../../src/providers/fragment.ts';
import { someText, entryName, projectPath, securityOption } from '../../src/providers/grammars.ts';
import { dockerfileKeys } from './dockerfile.ts';
import * as grammar from './grammars.ts';

const string: Fragment = { type: 'string' };

/** Names of networks, or a map of them with further names of the container on each. */
export const attachments: readonly Fragment[] = [
  list(text(grammar.networkName), undefined, 1),
  map(
    grammar.networkName,
    either([
      { type: 'null' },
      object(
        {
          aliases: list(text(grammar.networkAlias), {
            description: 'Further names on this network.',
            default: [],
            examples: [['database']],
          }),
        },
        [],
      ),
    ]),
  ),
];

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
        timeout: text(grammar.duration, {
          description: 'How long one check may take.',
          default: '10s',
          examples: ['3s'],
        }),
      },
      [],
    ),
  ],
  {
    description:
      'How to tell that the service is ready: a command, a port or an address; `healthcheck` for the HEALTHCHECK of its image, which is the default if there is one; `started` to wait for nothing.',
    default: null,
    examples: ['pg_isready', 'healthcheck', { tcp: 5432, interval: '500ms', retries: 60 }],
  },
);

/** What is needed for `services`; some of it also fits a workspace. */
export const serviceDefinitions: Readonly<Record<string, Fragment>> = {
  env_file: either(
    [
      text(projectPath),
      list(
        either([
          text(projectPath),
          object(
            {
              path: text(projectPath, { description: 'The file.', default: null, examples: ['dev.env'] }),
              required: flag({ description: 'Whether the file must be there.', default: true, examples: [false] }),
            },
            ['path'],
          ),
        ]),
      ),
    ],
    {
      description:
        'Files of the project with lines `NAME=value`. A later file counts before an earlier one, and `env` before all of them.',
      default: [],
      examples: ['dev.env', ['common.env', { path: 'local.env', required: false }]],
    },
  ),
  security_opt: list(text(securityOption), {
    description:
      'Security options of the engine. All but no-new-privileges need `devenv trust`: they loosen what a container may do.',
    default: [],
    examples: [['no-new-privileges'], ['seccomp=unconfined']],
  }),
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
      entrypoint: either([text(someText), list(string)], {
        description:
          'Replaces the entrypoint of the image; without `command`, its command, too. A line is split into words. `[]`: the command runs without one.',
        default: null,
        examples: [['tini', '--'], '/usr/local/bin/start.sh'],
      }),
      user: textOrNumber(grammar.containerUser, {
        description: 'The user that the service runs as. Default: that of the image.',
        default: null,
        examples: ['postgres', '1000:1000'],
      }),
      working_dir: text(grammar.absolutePath, {
        description: 'The folder in which the service starts. Default: that of the image.',
        default: null,
        examples: ['/srv/app'],
      }),
      hostname: text(grammar.hostName, {
        description: 'The name that the service itself sees. Others reach it by its own name in any case.',
        default: null,
        examples: ['mail.example.test'],
      }),
      env: ref('env'),
      env_file: ref('env_file'),
      volumes: list(text(grammar.mount), {
        description:
          'Named volumes and folders that the service has mounted. A path alone is a volume for this path of this service.',
        default: [],
        examples: [['pgdata:/var/lib/postgresql/data', '/app/node_modules']],
      }),
      tmpfs: list(text(grammar.tmpfs), {
        description: 'Folders in memory, empty at each start.',
        default: [],
        examples: [['/run', '/tmp:size=64m,mode=1777']],
      }),
      init: flag({
        description: "Whether the engine's own first process starts the service and reaps its orphans.",
        default: false,
        examples: [true],
      }),
      security_opt: ref('security_opt'),
      network: text(grammar.serviceNetwork, {
        description:
          "Another network than that of the workspace: `host` for that of the engine's machine, which needs `devenv trust`; `workspace` or `service:NAME` to share that of another container, so that localhost is the same for both.",
        default: null,
        examples: ['workspace', 'service:proxy', 'host'],
      }),
      networks: either(attachments, {
        description:
          'The networks that the service is on, by their names in `networks` (or `default`), with further names on each if you like. It reaches only what shares one of them.',
        default: ['default'],
        examples: [['inside'], { inside: { aliases: ['database'] } }],
      }),
      proxy: flag({
        description:
          "Whether the service starts with the proxies of each person's own machine in its environment. Its image needs `sh`. A login in them needs `devenv trust`.",
        default: false,
        examples: [true],
      }),
      restart: text(grammar.restart, {
        description: 'What the engine does when the service ends by itself.',
        default: 'no',
        examples: ['on-failure:3'],
      }),
      stop_grace_period: text(grammar.duration, {
        description: 'How long the service may take to stop before it is killed.',
        default: '10s',
        examples: ['2m'],
      }),
      expose: list(either([integer(1, 65535), text(grammar.exposed)]), {
        description: 'Ports for other containers. A note for readers: they reach every port.',
        default: [],
        examples: [[9000]],
      }),
      ports: ref('ports'),
      ready,
      depends_on: either(
        [
          list(text(entryName)),
          map(
            entryName,
            oneOf(['healthy', 'started', 'completed'], {
              description: 'What is waited for.',
              default: null,
              examples: ['completed'],
            }),
          ),
        ],
        {
          description:
            'Services that must be ready before this one starts. As a map: `healthy` for ready, `started` for running, `completed` for one that runs once and ends with exit code 0.',
          default: [],
          examples: [['db'], { db: 'healthy', seed: 'completed' }],
        },
      ),
      until: oneOf(['completed'], {
        description:
          'A service that runs once: it is ready when it has ended with exit code 0, and does not run again until its definition changes.',
        default: null,
        examples: ['completed'],
      }),
      profiles: list(text(entryName), {
        description: 'The service starts only with `devenv up --profile NAME`, or if another service needs it.',
        default: [],
        examples: [['debug']],
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
