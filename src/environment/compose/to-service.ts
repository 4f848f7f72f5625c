import { posix } from 'node:path';
import type { EnvFile, Limits, Need, Service } from '../../model/workspace.ts';
import { reservedNames } from '../checks/check-services.ts';
import { normaliseRestart } from '../normalise-service.ts';
import { normaliseLimits, normaliseSecurityOptions } from '../normalise-workspace.ts';
import { quote } from '../problem.ts';
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
  readForms,
  readFreeText,
  readNumber,
  readPlace,
  readText,
  readTexts,
  readVariable,
  readWords,
  type Reading,
} from './read-values.ts';
import { readTmpfs, readVolumes } from './read-volumes.ts';

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
const hostForm = /^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9])?$/;

/** Names on the network. */
function readNames(node: Node, reading: Reading): readonly string[] {
  const names = readForms(node, reading, hostForm, 'a host name');
  const taken = names.find((name) => Object.hasOwn(reservedNames, name));
  if (taken === undefined) return names;
  throw new ComposeProblem(node, `a service cannot have the name ${quote(taken)}: ${reservedNames[taken] ?? ''}`);
}

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
  environment: (draft, value, reading) => void (draft.env = readEnvironment(value, reading)),
  env_file: (draft, value, reading) => void (draft.envFiles = readEnvFiles(value, reading)),
  volumes: (draft, value, reading, name) => {
    const { volumes, tmpfs, engineSocket } = readVolumes(value, name, reading);
    draft.volumes = volumes;
    draft.tmpfs = [...(draft.tmpfs ?? []), ...tmpfs];
    if (engineSocket) draft.limits = { ...normaliseLimits(), ...draft.limits, engineSocket };
  },
  tmpfs: (draft, value, reading) => void (draft.tmpfs = [...(draft.tmpfs ?? []), ...readTmpfs(value, reading)]),
  user: (draft, value, reading) => void (draft.user = readForm(value, reading, userForm, 'a user, or user:group')),
  working_dir: (draft, value, reading) => void (draft.workingDir = readPlace(readText(value, reading), value)),
  hostname: (draft, value, reading) => void (draft.hostname = readForm(value, reading, hostForm, 'a host name')),
  // Its own name is devenv's; on the network it is found by this one, too.
  container_name: (draft, value, reading) =>
    void (draft.aliases = [...(draft.aliases ?? []), ...readNames(value, reading)]),
  init: (draft, value, reading) => void (draft.init = readFlag(value, reading)),
  tty: (draft, value, reading) => void (draft.tty = readFlag(value, reading)),
  stdin_open: (draft, value, reading) => void (draft.stdin = readFlag(value, reading)),
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
  stop_grace_period: (draft, value, reading) => void (draft.stopGrace = readDuration(value, reading)),
  healthcheck: (draft, value, reading) => void (draft.ready = readHealthcheck(value, reading)),
  profiles: (draft, value, reading) => void (draft.profiles = readTexts(value, reading)),
  network_mode: (draft, value, reading) => {
    const form = /^(?:host|service:[A-Za-z0-9._-]+)$/;
    const mode = readForm(value, reading, form, 'host or service:NAME');
    draft.network = mode === 'host' ? { kind: 'host' } : { kind: 'shared', of: mode.slice('service:'.length) };
  },
  depends_on: (draft, value, reading) => void (draft.dependsOn = readNeeds(value, reading)),
  networks: (draft, value, reading) =>
    void (draft.aliases = [...(draft.aliases ?? []), ...readAliases(value, reading)]),
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

/** Variables as a map or a list; one without a value is taken from `.env`, and left out if it is not there. */
function readEnvironment(node: Node, reading: Reading): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...toEntries('environment', node)].flatMap(([name, { key, value }]) => {
      if (!/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(name) || name === '__proto__')
        throw new ComposeProblem(key, `${quote(name)} is not the name of a variable`);
      const text = value.kind === 'empty' ? readVariable(value, name, reading) : readFreeText(value, reading);
      return text === undefined ? [] : [[name, text] as const];
    }),
  );
}

function readEnvFiles(node: Node, reading: Reading): EnvFile[] {
  return (node.kind === 'list' ? node.items : [node]).map((item) => {
    const map = item.kind === 'map' ? item.entries : new Map<string, Entry>();
    for (const [name, entry] of map) if (!['path', 'required', 'format'].includes(name)) throw unknownKey(entry, name);
    const required = map.get('required')?.value;
    const written = readText(map.get('path')?.value ?? item, reading);
    const path = posix.normalize(posix.join(posix.dirname(node.file.path), written));
    if (written === '' || path.startsWith('../') || written.startsWith('/') || written.startsWith('~'))
      throw new ComposeProblem(item, `${quote(written)} is not a file of the project`);
    return { path, required: required === undefined || readFlag(required, reading) };
  });
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

/** All services of a workspace share its network: what is left of networks are further names. */
function readAliases(node: Node, reading: Reading): readonly string[] {
  if (node.kind !== 'map') return [];
  return [...node.entries].flatMap(([, { value }]) =>
    [...asMapNode(value)].flatMap(([key, entry]) => {
      if (key !== 'aliases') throw cannotKeep(entry, `${key} of a network`);
      return readNames(entry.value, reading);
    }),
  );
}
