import type { Readiness } from '../../model/service.ts';
import type { Exported, ExportSource } from './exported.ts';
import { listContainers, noteNetworks, type ExportedContainer, type Value } from './list-containers.ts';
import { printYaml } from './print-yaml.ts';
import { toArgv } from '../../model/workspace.ts';

/**
 * An environment as one Kubernetes pod and its volume claims. All containers of
 * a pod have one network, so that services keep their names without a word for
 * each of their ports.
 */
export function writeKubernetes(source: ExportSource): Exported {
  const { environment } = source;
  const name = toDns(environment.name);
  const { workspace, services, notes: unkept } = listContainers(source);
  const notes = [...unkept, ...noteNetworks(source), `The volume ${name}-project is empty: clone the project into it.`];
  const built = services.filter((one) => typeof one.image !== 'string' || one.profiles.length > 0);
  notes.push(
    ...built.map((one) =>
      typeof one.image === 'string'
        ? `services.${one.name}: it starts by a profile only. The service is left out.`
        : `services.${one.name}: it has no image in a registry. The service is left out.`,
    ),
  );
  const kept = services.filter((one) => !built.includes(one));
  const volumes = new Map<string, object>();
  const claims = new Set<string>();
  const around: Around = {
    project: environment.name,
    secrets: environment.secrets.map((one) => one.name),
    volumes,
    claims,
    notes,
  };
  const containers = [workspace, ...kept].map((one) => printContainer(one, one === workspace, around));
  const names = kept.flatMap((one) => [one.name, ...(one.aliases ?? [])]);
  const hosts = [
    ...(names.length > 0 ? [{ ip: '127.0.0.1', hostnames: names }] : []),
    ...[workspace, ...kept]
      .flatMap(({ limits }) => Object.entries(limits.extraHosts))
      .flatMap(([host, ip]) => {
        if (ip !== 'host-gateway') return [{ ip, hostnames: [host] }];
        notes.push(`extra_hosts: ${host} is the engine's machine, which a pod does not know.`);
        return [];
      }),
  ];
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: name } },
    spec: {
      ...(environment.hostname !== undefined && { hostname: toDns(environment.hostname) }),
      ...(environment.network === 'host' && { hostNetwork: true }),
      ...(hosts.length > 0 && { hostAliases: hosts }),
      containers,
      volumes: [...volumes].map(([volume, from]) => ({ name: volume, ...from })),
    },
  };
  const documents = [...[...claims].map(printClaim), pod];
  const title = `Version ${String(source.version.number)} of ${environment.name}, written by \`devenv export kubernetes\`.`;
  const text = documents.map((one, index) => printYaml(one, index === 0 ? [title, ...notes] : [])).join('---\n');
  return { files: [{ name: 'kubernetes.yaml', text }], notes };
}

interface Around {
  readonly project: string;
  readonly secrets: readonly string[];
  /** Name in the pod → where it comes from. */
  readonly volumes: Map<string, object>;
  readonly claims: Set<string>;
  readonly notes: string[];
}

/** A name of Kubernetes' objects: lower-case letters, digits and `-`. */
const toDns = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 63)
    .replaceAll(/^-|-$/g, '');

const printClaim = (name: string): object => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10Gi' } } },
});

/**
 * A text in which Kubernetes replaces nothing: `$$` stands for a dollar sign, and
 * `$(NAME)` for a variable of the container, or of the services of its cluster.
 * Others are left as they are: Podman replaces nothing, the signs included.
 */
const literal = (text: string, names: readonly string[]): string =>
  text.replaceAll(/(\$+)(?:\((\w*)\))?/g, (whole, signs: string, name: string | undefined) => {
    const isKnown = name !== undefined && (names.includes(name) || /_(?:SERVICE|PORT)/.test(name));
    return signs.length > 1 || isKnown ? `${signs}${whole}` : whole;
  });

/** A variable of the person's machine has its default. */
const toText = (value: Value): string =>
  value.map((part) => (part.kind === 'text' ? part.text : part.fallback)).join('');

function printContainer(one: ExportedContainer, isWorkspace: boolean, around: Around): object {
  const { limits, command, entrypoint, env, ports } = one;
  const note = (key: string, what: string): void =>
    void around.notes.push(`${isWorkspace ? '' : `services.${one.name}.`}${key}: ${what}`);
  const words = toArgv(command ?? []);
  const replaces = entrypoint !== undefined || typeof command === 'string' || isWorkspace;
  const start = replaces ? [...(entrypoint ?? []), ...words] : [];
  if (one.envFiles.length > 0) note('env_file', 'a pod reads no files of the project.');
  if (Object.keys(limits.ulimits).length > 0) note('limits.ulimits', 'Kubernetes has no word for them.');
  if (limits.devices.length > 0) note('limits.devices', 'a pod gets devices from plug-ins of its cluster alone.');
  if (limits.engineSocket) note('docker', "a pod gets no engine's socket.");
  if (one.until === 'completed') note('until', 'it starts again when it has ended.');
  const names = [...Object.keys(env), ...(isWorkspace ? around.secrets : [])];
  const variables = [
    ...Object.entries(env).map(([name, value]) => ({ name, value: literal(toText(value), names) })),
    ...(isWorkspace ? around.secrets : []).map((key) => ({
      name: key,
      valueFrom: { secretKeyRef: { name: `${toDns(around.project)}-secrets`, key, optional: true } },
    })),
  ];
  const mounts = mount(one, around, note);
  return {
    name: toDns(one.name),
    image: one.image,
    ...(start.length > 0 && { command: start.map((word) => literal(word, names)) }),
    ...(!replaces && words.length > 0 && { args: words.map((word) => literal(word, names)) }),
    ...(one.workingDir !== undefined && { workingDir: one.workingDir }),
    ...(variables.length > 0 && { env: variables }),
    ...(ports.length > 0 && {
      ports: ports.map(({ container, protocol }) => ({ containerPort: container, protocol: protocol.toUpperCase() })),
    }),
    ...(mounts.length > 0 && { volumeMounts: mounts }),
    ...printProbe(one.ready),
    ...printResources(one),
    ...printSecurity(one, note),
    ...(one.tty === true && { tty: true }),
    ...(one.stdin === true && { stdin: true }),
  };
}

function mount(
  { name, volumes, tmpfs, limits }: ExportedContainer,
  { project, volumes: all, claims }: Around,
  note: (key: string, what: string) => void,
): object[] {
  const claim = (volume: string): string => {
    const id = toDns(`${project}-${volume}`);
    claims.add(id);
    all.set(id, { persistentVolumeClaim: { claimName: id } });
    return id;
  };
  const memory = (target: string, size: number | undefined): object => {
    const id = toDns(`${name}-${target}`);
    all.set(id, { emptyDir: { medium: 'Memory', ...(size !== undefined && { sizeLimit: String(size) }) } });
    return { name: id, mountPath: target };
  };
  return [
    ...volumes.flatMap(({ kind, source, target, readOnly }) => {
      const rest = { mountPath: target, ...(readOnly && { readOnly: true }) };
      if (kind === 'volume') return [{ name: claim(source), ...rest }];
      if (kind === 'folder') return [{ name: claim('project'), ...rest, ...(source !== '.' && { subPath: source }) }];
      note('volumes', `${source} is a folder of the person's machine. The mount is left out.`);
      return [];
    }),
    ...tmpfs.map(({ target, size }) => memory(target, size)),
    ...(limits.shm === undefined ? [] : [memory('/dev/shm', limits.shm)]),
  ];
}

function printProbe(ready: Readiness | undefined): object {
  if (ready === undefined || ready.check.kind === 'none' || ready.check.kind === 'image') return {};
  const { check, interval, retries, startPeriod, timeout } = ready;
  const seconds = (milliseconds: number): number => Math.max(1, Math.ceil(milliseconds / 1000));
  const url = check.kind === 'http' ? new URL(check.url) : undefined;
  return {
    readinessProbe: {
      ...(check.kind === 'command' && {
        exec: { command: toArgv(check.command) },
      }),
      ...(check.kind === 'tcp' && { tcpSocket: { port: check.port } }),
      ...(url !== undefined && {
        httpGet: { path: `${url.pathname}${url.search}`, port: url.port === '' ? 80 : Number(url.port) },
      }),
      periodSeconds: seconds(interval),
      failureThreshold: retries,
      ...(startPeriod > 0 && { initialDelaySeconds: seconds(startPeriod) }),
      ...(timeout !== undefined && { timeoutSeconds: seconds(timeout) }),
    },
  };
}

function printResources({ limits: { cpus, memory, gpus } }: ExportedContainer): object {
  const limits = {
    ...(cpus !== undefined && { cpu: String(cpus) }),
    ...(memory !== undefined && { memory: String(memory) }),
    ...(gpus && { 'nvidia.com/gpu': '1' }),
  };
  return Object.keys(limits).length > 0 ? { resources: { limits } } : {};
}

function printSecurity(
  { user, limits, securityOptions }: ExportedContainer,
  note: (key: string, what: string) => void,
): object {
  const [, uid, gid] = /^(\d+)(?::(\d+))?$/.exec(user ?? '') ?? [];
  if (user !== undefined && uid === undefined) note('user', `a pod knows users by number alone, not ${user}.`);
  const others = securityOptions.filter((one) => one !== 'seccomp=unconfined' && !one.startsWith('no-new-privileges'));
  if (others.length > 0) note('security_opt', `Kubernetes has no word for ${others.join(', ')}.`);
  const context = {
    ...(uid !== undefined && { runAsUser: Number(uid) }),
    ...(gid !== undefined && { runAsGroup: Number(gid) }),
    ...(limits.privileged && { privileged: true }),
    ...(limits.capabilities.length > 0 && { capabilities: { add: limits.capabilities } }),
    ...(securityOptions.includes('seccomp=unconfined') && { seccompProfile: { type: 'Unconfined' } }),
    ...(securityOptions.some((one) => one.startsWith('no-new-privileges')) && { allowPrivilegeEscalation: false }),
  };
  return Object.keys(context).length > 0 ? { securityContext: context } : {};
}
