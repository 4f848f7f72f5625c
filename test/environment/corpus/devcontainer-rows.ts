import { readFileSync } from 'node:fs';

/** What one public devcontainer.json uses: its fields, and the Dev Container Features by name. */
export interface DevcontainerRow {
  readonly name: string;
  readonly uses: readonly string[];
  readonly features?: readonly string[];
}

type Yaml = Readonly<Record<string, unknown>>;

export const devcontainerRows = JSON.parse(
  readFileSync(new URL('devcontainers.json', import.meta.url), 'utf8'),
) as readonly DevcontainerRow[];

const dockerfile: Yaml = { base: { dockerfile: '.devcontainer/Dockerfile' } };
/** Said by a rule of devenv, or only to an editor: needs no word. */
const nothing: Yaml = {};

const noProjectVolume = 'the project itself in a volume: devenv mounts its folder';

/** How devenv.yaml says what a field does. A text: why it cannot. */
const words: Readonly<Record<string, Yaml | string>> = {
  image: { base: 'debian:bookworm' },
  '(no-image)': nothing,
  'build.dockerfile': dockerfile,
  'dockerFile!': dockerfile,
  'build.context': { base: { context: '.' } },
  'context!': { base: { context: '.' } },
  'build.target': { base: { target: 'dev' } },
  'build.args': { base: { args: { VARIANT: 'bookworm' } } },
  // Only where layers are looked for: the result is the same.
  'build.cacheFrom': nothing,
  dockerComposeFile: { compose: { file: 'compose.yaml' } },
  service: { compose: { workspace: 'app' } },
  containerEnv: { env: { LANG: 'C.UTF-8' } },
  remoteEnv: { env: { EDITOR: 'vi' } },
  'remoteEnv:localEnv': { env: { TIER: '${host:TIER:-dev}' } },
  'remoteEnv:containerEnv-PATH': { env: { PATH: '${PATH}:/opt/tool/bin' } },
  'runArgs:-e': { env: { CI: 'true' } },
  'runArgs:--env-file': { env_file: '.devcontainer/env' },
  remoteUser: { user: 'dev' },
  'runArgs:-u': { user: 'dev' },
  // Files of the workspace's user belong to the person on the host in any case.
  updateRemoteUserUID: nothing,
  workspaceFolder: { folder: '/workspaces/shop' },
  workspaceMount: { folder: '/workspaces/shop' },
  'workspaceMount:volume': noProjectVolume,
  forwardPorts: { ports: [3000] },
  appPort: { ports: ['8080:80'] },
  'forwardPorts:host:port': { compose: { ports: { db: [5432] } } },
  'mounts:volume': { volumes: ['cache:/var/cache/build'] },
  'mounts:bind-home': { volumes: ['~/.config/tool:/home/dev/.config/tool'] },
  'mounts:bind-project': { volumes: ['./data:/data'] },
  'mounts:bind-device': { limits: { devices: ['/dev/ttyACM0'] } },
  'runArgs:--mount-home': { volumes: ['~/.config/tool:/home/dev/.config/tool'] },
  'runArgs:--mount-docker.sock': { docker: 'host' },
  privileged: { limits: { privileged: true } },
  'runArgs:--privileged': { limits: { privileged: true } },
  'runArgs:--cap-add': { limits: { cap_add: ['SYS_PTRACE'] } },
  'runArgs:--ulimit': { limits: { ulimits: { nofile: 65536 } } },
  'runArgs:--add-host': { limits: { extra_hosts: { 'files.example.com': '10.0.0.2' } } },
  'runArgs:--security-opt': { security_opt: ['seccomp=unconfined'] },
  init: { init: true },
  'runArgs:--init': { init: true },
  'runArgs:--net=host': { network: 'host' },
  // The workspace is removed by `destroy`, and stops with `down`; it runs whatever the image's command is.
  'runArgs:--rm': nothing,
  shutdownAction: nothing,
  overrideCommand: nothing,
  'onCreateCommand:str': { hooks: { create: 'npm ci' } },
  'onCreateCommand:arr': { hooks: { create: { tools: ['make', 'tools'] } } },
  'updateContentCommand:str': { hooks: { update: 'npm ci' } },
  'updateContentCommand:obj': { hooks: { update: { server: 'make server', web: ['npm', 'ci'] } } },
  'postCreateCommand:str': { hooks: { create: 'make setup' } },
  'postCreateCommand:obj': { hooks: { create: { server: 'make server', web: ['npm', 'ci'] } } },
  'postStartCommand:str': { hooks: { start: 'make serve' } },
  'postAttachCommand:str': { hooks: { attach: 'git status --short' } },
  // `up` waits for all hooks.
  waitFor: nothing,
  // Shown at `up`, and never run.
  initializeCommand: { prepare: 'touch made-on-the-machine' },
  // Written from the names of a row.
  features: nothing,
  overrideFeatureInstallOrder: { feature_order: ['ghcr.io/devcontainers/features/common-utils'] },
  ...{ customizations: nothing, 'settings!': nothing, 'extensions!': nothing, $schema: nothing },
  ...{ portsAttributes: nothing, otherPortsAttributes: nothing, hostRequirements: nothing },
};

/** Fields that nothing here knows. */
export const listUnknown = ({ uses }: DevcontainerRow): readonly string[] =>
  uses.filter((use) => words[use] === undefined);

/** Why a row cannot be said completely. */
export const listReasons = ({ uses }: DevcontainerRow): readonly string[] =>
  [...new Set(uses.map((use) => words[use]))].filter(isText);

/** The devenv.yaml of a row. */
export function express({ uses, features = [] }: DevcontainerRow): Yaml {
  const parts = uses.map((use) => words[use]).filter((part) => typeof part === 'object');
  const shop = { version: 1, name: 'shop', base: { bootstrap: 'bookworm' } };
  const named = features.length === 0 ? {} : { features: Object.fromEntries(features.map(request)) };
  return [named, ...parts].reduce<Yaml>(unite, shop);
}

/** A Feature by the name that a row has: `go`, `owner/name`, or `local:./folder`; those of 2021 by their new name. */
function request(name: string, index: number): readonly [source: string, options: Yaml | string] {
  if (name.startsWith('local:')) return [name.slice('local:'.length), {}];
  const bare = name.replace('(legacy)', '');
  const source = bare.includes('/')
    ? `ghcr.io/${bare.replace('/', '/features/')}`
    : `ghcr.io/devcontainers/features/${bare}`;
  return [`${source}:1`, index % 2 === 0 ? {} : 'latest'];
}

/** Lists are joined, objects united; a base replaces the default. */
function unite(all: Yaml, part: Yaml): Yaml {
  const united: Record<string, unknown> = { ...all };
  for (const [key, value] of Object.entries(part)) {
    const before = united[key];
    if (Array.isArray(before) && Array.isArray(value)) united[key] = [...new Set([...before, ...value])];
    else if (isObject(before) && isObject(value) && !('bootstrap' in before)) united[key] = unite(before, value);
    else united[key] = value;
  }
  return united;
}

const isText = (value: Yaml | string | undefined): value is string => typeof value === 'string';

const isObject = (value: unknown): value is Yaml =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
