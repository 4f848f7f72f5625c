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
  type Fragment,
} from '../../src/providers/fragment.ts';
import { aptPackageName } from '../../src/providers/apt.ts';
import { entryName, projectPath, someText } from '../../src/providers/grammars.ts';
import type { SchemaKey } from '../../src/providers/provider.ts';
import { providers } from '../../src/providers/registry.ts';
import { dockerfileKeys, envValue } from './dockerfile.ts';
import * as grammar from './grammars.ts';
import { attachments, serviceDefinitions } from './services.ts';

const string: Fragment = { type: 'string' };

/** Key of devenv.yaml → what its provider says of it. */
const entries: ReadonlyMap<string, Fragment> = new Map(
  providers.flatMap(({ schema }) => Object.entries(schema) as [SchemaKey, Fragment][]),
);

/** What a provider says of its own key. */
function own(key: SchemaKey): Fragment {
  const fragment = entries.get(key);
  if (fragment === undefined) throw new Error(`no provider describes ${key}`);
  return fragment;
}

/** The keys that providers have below `packages` or `tools`. */
function under(group: 'packages' | 'tools'): Readonly<Record<string, Fragment>> {
  return Object.fromEntries(
    [...entries].flatMap(([key, fragment]) =>
      key.startsWith(`${group}.`) ? [[key.slice(group.length + 1), fragment] as const] : [],
    ),
  );
}

const knownTools = Object.fromEntries(Object.entries(under('tools')).filter(([name]) => name !== '*'));
/** Names of tools that mise knows; `nodejs` and `golang` are other names of some. */
const anyTool = `^(?!x-)(?!(?:${Object.keys(knownTools).join('|')}|nodejs|golang|mise|constructor|prototype)$)[a-z][a-z0-9-]{0,62}$`;

const bootstrapKeys = {
  bootstrap: text(grammar.suite, {
    description: 'Assemble the base from a Debian mirror: the name of the release. No registry is involved.',
    default: null,
    examples: ['bookworm'],
  }),
  mirror: text(grammar.mirror, {
    description: 'The Debian mirror to take packages from. Default: the one that this machine itself uses.',
    default: 'http://deb.debian.org/debian',
    examples: ['http://ftp.uk.debian.org/debian'],
  }),
  suite: text(grammar.suite, {
    description: 'The suite on the mirror, where its name is not that of the release.',
    default: null,
    examples: ['oldstable'],
  }),
  include: list(text(aptPackageName), {
    description: 'Debian packages that are part of the base itself.',
    default: [],
    examples: [['ca-certificates', 'locales']],
  }),
};

const mountList = (description: string, examples: readonly unknown[]): Fragment =>
  list(text(grammar.mount), { description, default: [], examples });

/** Parts that other files are made of, too. */
export const definitions = {
  base: either(
    [
      text(grammar.image),
      object(
        {
          ...bootstrapKeys,
          ...dockerfileKeys,
          image: text(grammar.image, {
            description: 'The image to start from.',
            default: null,
            examples: ['debian:bookworm-slim'],
          }),
          fallback: object(bootstrapKeys, ['bootstrap'], {
            description: 'What to assemble where the image cannot be had.',
            default: null,
            examples: [{ bootstrap: 'bookworm' }],
          }),
        },
        [],
      ),
    ],
    {
      description:
        'What the environment starts from: an image, a Debian release to assemble, an image with a fallback, or a Dockerfile of the project.',
      default: null,
      examples: [
        'debian:bookworm-slim',
        { bootstrap: 'bookworm' },
        { image: 'debian:bookworm-slim', fallback: { bootstrap: 'bookworm' } },
        { dockerfile: 'Dockerfile', target: 'dev', args: { VARIANT: 'bookworm' } },
      ],
    },
  ),
  packages: object(under('packages'), [], {
    description: 'Packages by ecosystem.',
    default: {},
    examples: [{ apt: ['git'], npm: ['pnpm@10'] }],
  }),
  run: own('run'),
  env: map(grammar.envName, envValue, {
    description: 'Environment variables. Numbers and booleans count as the text that is written.',
    default: {},
    examples: [{ DATABASE_URL: 'postgres://db/shop', PORT: 3000 }],
  }),
  ...serviceDefinitions,
};

const hook = (description: string, example: unknown): Fragment =>
  either(
    [text(someText), list(string, undefined, 1), map(entryName, either([text(someText), list(string, undefined, 1)]))],
    { description, default: null, examples: [example] },
  );

/** devenv.yaml, version 1. The one source of its schema, its validator and the words of its errors. */
export const devenvSchema: Fragment = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  $id: 'https://unpkg.com/@teamvm/devenv@0/schemas/devenv.schema.json',
  title: 'devenv.yaml',
  description: 'The working environment of a team, as devenv builds it.',
  ...object(
    {
      version: {
        type: 'integer',
        const: 1,
        description: 'The format of this file. The first key.',
        default: 1,
        examples: [1],
      },
      name: text(grammar.projectName, {
        description: 'The name of the environment: part of the names of its containers and images.',
        default: null,
        examples: ['shop-api'],
      }),
      image: text(grammar.image, {
        description: 'Where versions are pushed and pulled, without tag or digest. Optional until the first push.',
        default: null,
        examples: ['registry.example.com/shop/env'],
      }),
      base: ref('base'),
      tools: {
        ...object(knownTools, [], {
          description: 'Runtimes and tools by version.',
          default: {},
          examples: [{ node: '24', python: '3.12' }],
        }),
        patternProperties: { [anyTool]: own('tools.*'), '^x-': true },
      },
      packages: ref('packages'),
      venvs: own('venvs'),
      repositories: own('repositories'),
      apt_preferences: own('apt_preferences'),
      features: own('features'),
      feature_order: own('feature_order'),
      downloads: own('downloads'),
      files: own('files'),
      run: ref('run'),
      env: ref('env', {
        description:
          'Environment variables of commands in the workspace. Numbers and booleans count as the text that is written. `${NAME}` is a variable of the image, `${NAME:-default}` one that it may not have, `${host:NAME:-default}` one of your machine, which needs `devenv trust`; `$$` is a dollar sign.',
        default: {},
        examples: [
          { DATABASE_URL: 'postgres://db/shop', PORT: 3000 },
          { PATH: '/opt/tools/bin:${PATH}', AUTHOR: '${host:USER:-dev}' },
        ],
      }),
      env_file: ref('env_file'),
      secrets: list(
        either([
          text(grammar.envName),
          object(
            {
              name: text(grammar.envName, {
                description: 'The environment variable that holds the value.',
                default: null,
                examples: ['NPM_TOKEN'],
              }),
              command: list(
                string,
                {
                  description: 'A program of this machine that prints the value. It needs `devenv trust`.',
                  default: null,
                  examples: [['pass', 'show', 'npm']],
                },
                1,
              ),
            },
            ['name'],
          ),
        ]),
        {
          description: 'Names of secrets. Their values are never in this file, nor in an image.',
          default: [],
          examples: [['NPM_TOKEN'], [{ name: 'NPM_TOKEN', command: ['pass', 'show', 'npm'] }]],
        },
      ),
      user: own('user'),
      folder: text(grammar.containerFolder, {
        description:
          'Where the project lies in the workspace. Changing it makes another container, and no version: builds have the project at /workspace in any case.',
        default: '/workspace',
        examples: ['/workspaces/shop'],
      }),
      services: map(entryName, ref('service'), {
        description: 'Containers beside the workspace, reachable by name.',
        default: {},
        examples: [{ db: { image: 'postgres:16', ready: 'pg_isready' } }],
      }),
      compose: either(
        [
          text(projectPath),
          object(
            {
              file: either([text(projectPath), list(text(projectPath), undefined, 1)], {
                description: 'The file, or several: each is merged on top of those before, by the rules of Compose.',
                default: null,
                examples: ['compose.yaml', ['compose.yaml', 'compose.dev.yaml']],
              }),
              services: list(text(grammar.composeName), {
                description:
                  'Which of its services to run, with those that they need. Default: all but that of the workspace.',
                default: null,
                examples: [['db', 'redis']],
              }),
              workspace: text(grammar.composeName, {
                description:
                  'The service that is the workspace itself: its variables, ports, volumes and limits are taken. Image, build, command and user are what devenv.yaml says.',
                default: null,
                examples: ['app'],
              }),
              ports: map(grammar.composeName, ref('ports'), {
                description: 'Ports of its services to open on the machine, besides those that the file opens.',
                default: {},
                examples: [{ db: [5432] }],
              }),
              variables: list(text(grammar.envName), {
                description:
                  'Variables of your environment that the file may use, before those of the `.env` file beside it. Each needs `devenv trust`.',
                default: [],
                examples: [['TAG']],
              }),
            },
            ['file'],
          ),
        ],
        {
          description: 'An existing compose file, whose services run beside the workspace. It is read at each command.',
          default: null,
          examples: ['compose.yaml', { file: 'compose.yaml', services: ['db', 'redis'] }],
        },
      ),
      ports: ref('ports'),
      volumes: mountList('Named volumes and folders that the workspace has mounted.', [
        ['node_modules:/workspace/node_modules'],
      ]),
      prepare: text(someText, {
        description:
          'What each person runs by hand on the machine before the first `devenv up`, as lines for a shell. devenv shows it when it creates a workspace, and never runs it.',
        default: null,
        examples: ['mkdir -p ~/.m2'],
      }),
      hooks: object(
        {
          create: hook('Run once, when a workspace was made, until it has gone well.', 'npm ci'),
          update: hook(
            'Run when another version or a file of `watch` changed since it ran last. A new workspace runs `create` instead, and one that was committed has all of its new version.',
            ['npm', 'ci'],
          ),
          watch: list(text(projectPath), {
            description: 'Files of the project whose change makes `update` run.',
            default: [],
            examples: [['package-lock.json']],
          }),
          start: hook('Run each time the workspace starts.', 'npm run migrate'),
          attach: hook('Run each time a shell is opened, before its prompt.', {
            status: 'git status',
            motd: ['cat', '/etc/motd'],
          }),
        },
        [],
        {
          description:
            'Commands that run in the workspace, as its user, with the secrets: a line for sh, a list of arguments, or a map of those, run in parallel.',
          default: {},
          examples: [{ create: 'npm ci', start: 'npm run migrate' }],
        },
      ),
      tasks: map(
        grammar.taskName,
        either([
          text(someText),
          list(string, undefined, 1),
          object(
            {
              run: either([text(someText), list(string, undefined, 1)], {
                description: 'What the task runs: a line for sh, or a list of arguments.',
                default: null,
                examples: ['npm run build', ['eslint', '.']],
              }),
              depends: list(text(grammar.taskName), {
                description: 'Tasks that run before it, each once, in this order. The first that fails ends the run.',
                default: [],
                examples: [['lint', 'test']],
              }),
              description: text(someText, {
                description: 'What the task is for; `devenv run --list` shows it.',
                default: null,
                examples: ['All checks of CI'],
              }),
              folder: text(grammar.taskFolder, {
                description:
                  'The folder of the project that it runs in; `.` is the project itself. Default: the one that matches the current folder.',
                default: null,
                examples: ['api'],
              }),
              env: ref('env'),
            },
            [],
          ),
        ]),
        {
          description:
            'Commands with a name, for `devenv run`: a line for sh, a list of arguments, or a map. They run in the workspace as `devenv exec` does.',
          default: {},
          examples: [{ test: 'npm test', lint: ['eslint', '.'], check: { depends: ['lint', 'test'] } }],
        },
      ),
      commit: object(
        {
          exclude: list(text(grammar.glob), {
            description: 'Paths that `devenv commit` leaves out of every version.',
            default: [],
            examples: [['/home/dev/.config/**']],
          }),
        },
        [],
        {
          description: 'What `devenv commit` keeps.',
          default: {},
          examples: [{ exclude: ['/home/dev/.config/**'] }],
        },
      ),
      limits: ref('limits'),
      init: flag({
        description: "Whether the engine's own first process starts the workspace and reaps its orphans.",
        default: false,
        examples: [true],
      }),
      hostname: text(grammar.hostName, {
        description: 'The name that the workspace itself sees. Default: the name of the environment.',
        default: null,
        examples: ['shop.example.test'],
      }),
      security_opt: ref('security_opt'),
      network: either([{ type: 'string', enum: ['host'] }, ...attachments], {
        description:
          "The networks that the workspace is on, as `services.NAME.networks`. Or `host`: it shares the network of the engine's machine, its ports included; that needs `devenv trust`, and does not go with `services` or `ports`.",
        default: null,
        examples: [{ default: { aliases: ['api.example.test'] } }, 'host'],
      }),
      networks: map(
        grammar.networkName,
        either([
          { type: 'null' },
          object(
            {
              internal: flag({
                description: 'Whether the network has no way out: what is on it reaches nothing else.',
                default: false,
                examples: [true],
              }),
            },
            [],
          ),
        ]),
        {
          description:
            'Networks beside the default one, on which everything is that names none. Services name theirs with `services.NAME.networks`, the workspace with `network`.',
          default: {},
          examples: [{ inside: { internal: true } }],
        },
      ),
      proxy: flag({
        description:
          "Whether commands and hooks in the workspace get the proxies of each person's own machine. A login in them needs `devenv trust`. Builds get the proxies in any case.",
        default: false,
        examples: [true],
      }),
      docker: oneOf(['inside', 'host'], {
        description:
          "A Docker engine for programs in the workspace. `inside`: one of its own, with its data in a volume; `packages` or `base` have to bring it, such as `{apt: [docker.io]}`. `host`: the engine's own socket. Both are as good as root on the engine's machine and need `devenv trust`.",
        default: null,
        examples: ['inside', 'host'],
      }),
      data: oneOf(['seed'], {
        description:
          'Where the data of a new workspace comes from: `seed` takes what `devenv snapshot push` sent to the registry as last. Volumes that are there already are never touched.',
        default: null,
        examples: ['seed'],
      }),
    },
    ['version', 'name', 'base'],
  ),
  definitions: {
    ...definitions,
    ports: list(either([integer(1, 65535), text(grammar.port)]), {
      description: 'Ports to publish, on 127.0.0.1 unless an address is written.',
      default: [],
      examples: [[3000], ['8080:80', '0.0.0.0:9000:9000']],
    }),
    limits: object(
      {
        cpus: {
          type: 'number',
          exclusiveMinimum: 0,
          description: 'How many processors may be used.',
          default: null,
          examples: [2, 0.5],
        },
        memory: text(grammar.bytes, { description: 'How much memory may be used.', default: null, examples: ['4g'] }),
        shm: text(grammar.bytes, { description: 'The size of /dev/shm.', default: '64m', examples: ['1g'] }),
        ulimits: map(grammar.limitName, integer(0, 2 ** 40), {
          description: 'Limits of processes by name.',
          default: {},
          examples: [{ nofile: 65536 }],
        }),
        gpus: flag({ description: 'Whether the graphics processors can be used.', default: false, examples: [true] }),
        cap_add: list(text(grammar.capability), {
          description:
            'Kernel capabilities beyond the usual ones. All but SYS_PTRACE need `devenv trust`: they may lead out of the container.',
          default: [],
          examples: [['SYS_PTRACE']],
        }),
        extra_hosts: map(grammar.hostName, text(grammar.hostAddress), {
          description: "More names of hosts, each with its address; host-gateway is the engine's machine.",
          default: {},
          examples: [{ 'api.example.test': '10.0.0.7', 'host.docker.internal': 'host-gateway' }],
        }),
        devices: list(text(grammar.device), {
          description: "Devices of the engine's machine, each as in Compose. They need `devenv trust`.",
          default: [],
          examples: [['/dev/fuse'], ['/dev/sdb:/dev/disk:r']],
        }),
        privileged: flag({
          description:
            "All capabilities and devices: as good as root on the engine's machine. It needs `devenv trust`.",
          default: false,
          examples: [true],
        }),
        engine_socket: flag({
          description:
            "The engine's own socket at /var/run/docker.sock: as good as root on its machine. It needs `devenv trust`.",
          default: false,
          examples: [true],
        }),
      },
      [],
      { description: 'What may be used of the machine.', default: {}, examples: [{ cpus: 2, memory: '4g' }] },
    ),
  },
};
