import type { Need, Service } from '../../model/service.ts';
import type { Limits } from '../../model/workspace.ts';
import { normaliseRestart } from '../normalise-service.ts';
import { normaliseLimits, normaliseSecurityOptions } from '../normalise-workspace.ts';
import { toEntries } from './merge-nodes.ts';
import { asListNode, asMapNode, ComposeProblem, unknownKey, type Entry, type MapNode, type Node } from './node.ts';
import { readBuild } from './read-build.ts';
import { readHealthcheck } from './read-healthcheck.ts';
import { cannotKeep, limitReaders } from './read-limits.ts';
import { readPorts, type WrittenPort } from './read-ports.ts';
import {
  readDuration,
  readFlag,
  readForm,
  readNumber,
  readPlace,
  readText,
  readTexts,
  readWords,
  type Reading,
} from './read-values.ts';
import { readTmpfs, readVolumes } from './read-volumes.ts';
import { readEnvironment, readEnvFiles } from './read-env.ts';
import { hostForm, readNames, readAttachments } from './read-names.ts';

/** A service of a compose file in words of devenv, with the places that checks across services need. */
export interface ComposeService {
  readonly service: Service;
  readonly at: Node;
  readonly ports: readonly WrittenPort[];
  /** Name of a service that it waits for → where that is written. */
  readonly needs: ReadonlyMap<string, Entry>;
}

type Draft = { -readonly [K in keyof Service]?: Service[K] };

type Reader = (draft: Draft, value: Node, reading: Reading, name: string) => void;

/** Keys without an effect here: the reason is in the guide. */
const harmless = new Set(['version', 'expose', 'pull_policy', 'attach', 'scale']);

/** Keys of Compose that devenv has no word for. */
const refused = new Set([
  ...['annotations', 'blkio_config', 'cap_drop', 'cgroup', 'cgroup_parent', 'configs', 'cpu_count', 'cpu_percent'],
  ...['cpu_period', 'cpu_quota', 'cpu_rt_period', 'cpu_rt_runtime', 'cpu_shares', 'cpuset', 'credential_spec'],
  ...['dns', 'dns_opt', 'dns_search', 'domainname', 'external_links', 'gpus', 'group_add', 'ipc', 'isolation'],
  ...['label_file', 'labels', 'links', 'logging', 'mac_address', 'mem_reservation', 'mem_swappiness', 'memswap_limit'],
  ...['models', 'oom_kill_disable', 'oom_score_adj', 'pid', 'pids_limit', 'platform', 'post_start', 'pre_stop'],
  ...['provider', 'read_only', 'runtime', 'secrets', 'stop_signal', 'storage_opt', 'sysctls', 'userns_mode', 'uts'],
  ...['volumes_from', 'develop'],
]);

const userForm = /^(?:[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,62})?)?$/;

/** Reads a key of Compose that is one of `Service`. */
const set =
  <Key extends keyof Service>(key: Key, read: (value: Node, reading: Reading) => Service[Key]): Reader =>
  (draft, value, reading) =>
    void (draft[key] = read(value, reading));

/** The same for a list that several keys add to. */
const add =
  <Key extends 'tmpfs' | 'aliases'>(
    key: Key,
    read: (value: Node, reading: Reading) => NonNullable<Service[Key]>,
  ): Reader =>
  (draft, value, reading) =>
    void (draft[key] = [...(draft[key] ?? []), ...read(value, reading)] as Service[Key]);

const readers: Readonly<Record<string, Reader>> = {
  // With a build, the image is only the name that Compose gives to its result.
  image: (draft, value, reading) => {
    if (draft.source !== undefined) return;
    const image = readText(value, reading);
    draft.source = { kind: 'image', image, ...(isLent(value, image, reading) && { lent: true }) };
  },
  build: (draft, value, { own, ...reading }) => {
    // Without the person's variables: an image keeps its arguments, and builds do not ask for trust.
    const base = readBuild(value, { ...reading, own, lookup: own });
    draft.source = { kind: 'build', build: { base, packages: {}, run: [] } };
  },
  command: (draft, value, reading) => {
    if (value.kind !== 'empty') draft.command = readWords(value, reading);
  },
  entrypoint: (draft, value, reading) => {
    if (value.kind !== 'empty') draft.entrypoint = readWords(value, reading);
  },
  environment: set('env', readEnvironment),
  env_file: set('envFiles', readEnvFiles),
  volumes: (draft, value, reading, name) => {
    const { volumes, tmpfs, engineSocket } = readVolumes(value, name, reading);
    draft.volumes = volumes;
    draft.tmpfs = [...(draft.tmpfs ?? []), ...tmpfs];
    if (engineSocket) draft.limits = { ...normaliseLimits(), ...draft.limits, engineSocket };
  },
  tmpfs: add('tmpfs', readTmpfs),
  user: (draft, value, reading) => void (draft.user = readForm(value, reading, userForm, 'a user, or user:group')),
  working_dir: (draft, value, reading) => void (draft.workingDir = readPlace(readText(value, reading), value)),
  hostname: (draft, value, reading) => void (draft.hostname = readForm(value, reading, hostForm, 'a host name')),
  // Its own name is devenv's; on the network it is found by this one, too.
  container_name: add('aliases', readNames),
  init: set('init', readFlag),
  tty: set('tty', readFlag),
  stdin_open: set('stdin', readFlag),
  restart: (draft, value, reading) => {
    const form = /^(?:no|always|unless-stopped|on-failure(?::\d{1,3})?|)$/;
    const policy = readForm(value, reading, form, 'no, always, unless-stopped or on-failure');
    Object.assign(draft, normaliseRestart(policy === '' ? 'no' : policy));
  },
  security_opt: (draft, value, reading) => {
    const form =
      /^(?:no-new-privileges(?:[=:](?:true|false))?|(?:seccomp|systempaths)[=:]unconfined|(?:apparmor|label)[=:][A-Za-z0-9_.:,-]{1,100})$/;
    draft.securityOptions = normaliseSecurityOptions(
      asListNode(value).map((item) =>
        readForm(item, reading, form, 'an option without a file, such as seccomp=unconfined'),
      ),
    );
  },
  stop_grace_period: set('stopGrace', readDuration),
  healthcheck: set('ready', readHealthcheck),
  profiles: set('profiles', readTexts),
  network_mode: (draft, value, reading) => {
    const form = /^(?:host|service:[A-Za-z0-9._-]+)$/;
    const mode = readForm(value, reading, form, 'host or service:NAME');
    draft.network = mode === 'host' ? { kind: 'host' } : { kind: 'shared', of: mode.slice('service:'.length) };
  },
  depends_on: set('dependsOn', readNeeds),
  networks: (draft, value, reading) => {
    const attachments = readAttachments(value, reading);
    if (attachments !== undefined) draft.attachments = attachments;
  },
};

/** True if a text is another one, or none, without variables of the person. */
function isLent(value: Node, text: string, reading: Reading): boolean {
  try {
    return readText(value, { ...reading, lookup: reading.own }) !== text;
  } catch {
    return true;
  }
}

/** Reads one service. Throws ComposeProblem for the first key that cannot be kept. `only`: other keys are not read. */
export function toService(name: string, node: MapNode, reading: Reading, only?: ReadonlySet<string>): ComposeService {
  const draft: Draft = {};
  let limits: Partial<Limits> = {};
  for (const [key, entry] of node.entries) {
    if (key.startsWith('x-') || only?.has(key) === false) continue;
    if (key === 'pull_policy') checkPullPolicy(entry, reading);
    if (key === 'scale' && readNumber(entry.value, reading) !== 1) throw cannotKeep(entry, key);
    const limit = Object.hasOwn(limitReaders, key) ? limitReaders[key] : undefined;
    const reader = Object.hasOwn(readers, key) ? readers[key] : undefined;
    if (limit !== undefined) limits = { ...limits, ...limit(entry.value, reading) };
    else if (reader !== undefined) reader(draft, entry.value, reading, name);
    else if (refused.has(key)) throw cannotKeep(entry, key);
    else if (key !== 'ports' && !harmless.has(key)) throw unknownKey(entry, key);
  }
  const needs = new Map(toEntries('depends_on', node.entries.get('depends_on')?.value ?? { ...node, kind: 'empty' }));
  const owner = node.entries.get('network_mode');
  if (draft.network?.kind === 'shared' && owner !== undefined) needs.set(draft.network.of, owner);
  const written = only?.has('ports') === false ? undefined : node.entries.get('ports')?.value;
  const ports = written === undefined ? [] : readPorts(written, reading);
  return {
    service: {
      ...{ name, source: { kind: 'image', image: '' }, env: {}, envFiles: [], volumes: [], tmpfs: [] },
      ...{ dependsOn: [], profiles: [], securityOptions: [], init: false },
      ...draft,
      ports: ports.map(({ port }) => port),
      limits: { ...normaliseLimits(), ...draft.limits, ...limits },
    },
    at: node,
    ports,
    needs,
  };
}

/** Images are pinned in the lock: only what pulls or builds at other times differs. */
function checkPullPolicy({ value }: Entry, reading: Reading): void {
  readForm(value, reading, /^(?:always|missing|if_not_present|never)$/, 'always, missing or never');
}

const conditions: Readonly<Record<string, Need['until']>> = {
  ...{ service_started: 'started', service_healthy: 'ready', service_completed_successfully: 'completed' },
};

function readNeeds(node: Node, reading: Reading): Need[] {
  return [...toEntries('depends_on', node)].map(([service, { value }]) => {
    let until: Need['until'] | undefined = 'started';
    for (const [name, entry] of asMapNode(value)) {
      if (name === 'condition') until = conditions[readText(entry.value, reading)];
      else if (name === 'restart' && readFlag(entry.value, reading)) throw cannotKeep(entry, 'restart of depends_on');
      else if (!['required', 'restart'].includes(name)) throw unknownKey(entry, name);
    }
    if (until === undefined)
      throw new ComposeProblem(value, 'this condition is unknown', Object.keys(conditions).join(', '));
    return { service, until };
  });
}
