import type { Readiness } from '../../model/service.ts';
import { toArgv } from '../../model/workspace.ts';
import { toDefault, type ExportedContainer } from './list-containers.ts';

/** The pod around a container, and what its containers add to it. */
export interface Pod {
  readonly project: string;
  readonly secrets: readonly string[];
  /** Name in the pod → where it comes from. */
  readonly volumes: Map<string, object>;
  readonly claims: Set<string>;
  readonly notes: string[];
}

/** A name of Kubernetes' objects: lower-case letters, digits and `-`. */
export const toDns = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 63)
    .replaceAll(/^-|-$/g, '');

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

/** A container of a pod. Adds volumes, claims and notes to the pod. */
export function printContainer(one: ExportedContainer, isWorkspace: boolean, pod: Pod): object {
  const { limits, command, entrypoint, env, ports } = one;
  const note = (key: string, what: string): void =>
    void pod.notes.push(`${isWorkspace ? '' : `services.${one.name}.`}${key}: ${what}`);
  const words = toArgv(command ?? []);
  const replaces = entrypoint !== undefined || typeof command === 'string' || isWorkspace;
  const start = replaces ? [...(entrypoint ?? []), ...words] : [];
  if (one.envFiles.length > 0) note('env_file', 'a pod cannot read files of the project.');
  if (Object.keys(limits.ulimits).length > 0) note('limits.ulimits', 'Kubernetes cannot set them.');
  if (limits.devices.length > 0) note('limits.devices', 'a pod gets devices only from plug-ins of its cluster.');
  if (limits.engineSocket) note('docker', "a pod does not get the engine's socket.");
  if (one.until === 'completed') note('until', 'it restarts after it has ended.');
  const names = [...Object.keys(env), ...(isWorkspace ? pod.secrets : [])];
  const variables = [
    ...Object.entries(env).map(([name, value]) => ({ name, value: literal(toDefault(value), names) })),
    ...(isWorkspace ? pod.secrets : []).map((key) => ({
      name: key,
      valueFrom: { secretKeyRef: { name: `${toDns(pod.project)}-secrets`, key, optional: true } },
    })),
  ];
  const mounts = mount(one, pod, note);
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
  { project, volumes: all, claims }: Pod,
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
  if (user !== undefined && uid === undefined) note('user', `a pod knows users only by number, not as ${user}.`);
  const others = securityOptions.filter((one) => one !== 'seccomp=unconfined' && !one.startsWith('no-new-privileges'));
  if (others.length > 0) note('security_opt', `Kubernetes cannot set ${others.join(', ')}.`);
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
