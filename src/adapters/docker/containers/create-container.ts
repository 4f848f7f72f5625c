import { DevenvError } from '../../../errors/devenv-error.ts';
import type { ContainerSpec, Mount } from '../../../model/container.ts';
import { chooseLabelling } from '../../../model/selinux.ts';
import type { PortMapping } from '../../../model/workspace.ts';
import { ask, readMessage } from '../connection/ask.ts';
import type { Connection } from '../connection/connection.ts';
import { refused } from '../connection/engine-failure.ts';
import { Fields } from '../connection/fields.ts';
import { inspectContainer, putArchive, removeContainer } from './containers.ts';
import { explainNoFolder, explainNoGpu } from './explain-start.ts';
import { toLimits, toUlimits } from './to-limits.ts';
import { namePath } from '../images/reference.ts';
import { writeTar } from '../../../model/tar/tar.ts';

/** Creates a container and returns its id. Asks about SELinux only for one with folders of the machine. Throws IMAGE_NOT_FOUND, NAME_TAKEN. */
export async function createContainer(
  connection: Connection,
  spec: ContainerSpec,
  hasSelinux: () => Promise<boolean> = async () => false,
): Promise<string> {
  const purpose = `create the container ${spec.name}`;
  const { status, text } = await ask(
    connection,
    {
      method: 'POST',
      path: '/containers/create',
      query: { name: namePath(spec.name) },
      body: await toRequest(connection, spec, hasSelinux),
      purpose,
      patience: 120_000,
    },
    [400, 404, 409, 500],
  );
  const message = readMessage(text);
  if (status === 409 || (status === 500 && /name .* (is )?already in use/i.test(message))) {
    throw new DevenvError('NAME_TAKEN', `There is a container named ${spec.name} already.`);
  }
  if (status === 404 && /image/i.test(message)) {
    throw new DevenvError('IMAGE_NOT_FOUND', `The engine does not have the image ${spec.image}.`);
  }
  if (status >= 400) {
    const error = refused(purpose, status, message);
    throw explainNoGpu(error) ?? explainNoFolder(error) ?? error;
  }
  const id = readId(text);
  if (id === '') throw refused(purpose, status, 'its answer names no container');
  // Helpers run devenv's own program, which tells where their files are.
  if (spec.attached === true || connection.podman) return id;
  await markContainer(connection, id).catch(async (error: unknown) => {
    await removeContainer(connection, id);
    throw error;
  });
  return id;
}

/** Puts the mark into a new container: see `ContainerDetails.mark`. */
async function markContainer(connection: Connection, id: string): Promise<void> {
  const mark = (await inspectContainer(connection, id))?.mark;
  if (mark !== undefined)
    await putArchive(connection, id, '/', writeTar([{ path: 'dev/', mode: 0o755, size: 0, time: mark }]));
}

async function toRequest(
  connection: Connection,
  spec: ContainerSpec,
  hasSelinux: () => Promise<boolean>,
): Promise<object> {
  const { podman } = connection;
  const limits = spec.limits === undefined ? undefined : await toLimits(connection, spec.limits);
  const ulimits = toUlimits(podman, spec.limits?.ulimits ?? {});
  const labelling = chooseLabelling(spec);
  const labels = labelling === 'declared' || !(await hasSelinux()) ? 'declared' : labelling;
  const isShared = (mount: Mount): boolean =>
    labels === 'shared' && mount.kind === 'bind' && mount.source === spec.project;
  const security = [
    ...(spec.securityOptions ?? []),
    ...(spec.trusted === true ? ['seccomp=unconfined'] : []),
    ...(spec.beside === undefined ? [] : ['apparmor=unconfined', 'label=disable']),
    ...(labels === 'none' && spec.beside === undefined ? ['label=disable'] : []),
  ];
  const capabilities = [...(spec.capabilities ?? []), ...(spec.limits?.capabilities ?? [])];
  return {
    Image: spec.image,
    ...(spec.hostname !== undefined && { Hostname: spec.hostname }),
    // An empty entrypoint replaces the image's; for Podman, an empty one is none at all.
    ...(spec.command.length > 0 && {
      Cmd: spec.command,
      ...(spec.keepEntrypoint !== true && { Entrypoint: podman ? [''] : [] }),
    }),
    Env: spec.env,
    ...(spec.tty === true && { Tty: true }),
    ...(spec.openInput === true && { OpenStdin: true }),
    ...(spec.attached === true && {
      OpenStdin: true,
      StdinOnce: true,
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
    }),
    // The image's health check would run with the container's rights.
    ...(spec.trusted === true && { Healthcheck: { Test: ['NONE'] } }),
    Labels: spec.labels,
    User: spec.user,
    WorkingDir: spec.workingDir,
    ...(spec.stopTimeout !== undefined && { StopTimeout: spec.stopTimeout }),
    ...(spec.network !== undefined &&
      spec.aliases !== undefined && {
        NetworkingConfig: { EndpointsConfig: { [spec.network]: { Aliases: spec.aliases } } },
      }),
    // Docker opens only exposed ports.
    ...(spec.ports !== undefined && { ExposedPorts: Object.fromEntries(spec.ports.map((port) => [nameOf(port), {}])) }),
    HostConfig: {
      ...limits?.config,
      // Only this form takes a label.
      ...(labels === 'shared' && { Binds: spec.mounts.filter(isShared).flatMap(toLabelledBind) }),
      Mounts: [...spec.mounts.filter((mount) => !isShared(mount)).map(toMount), ...(limits?.mounts ?? [])],
      ...(spec.network !== undefined && { NetworkMode: spec.network }),
      ...(spec.ports !== undefined && { PortBindings: toBindings(spec.ports) }),
      ...(spec.autoRemove === true && { AutoRemove: true }),
      ...(spec.log === false && { LogConfig: { Type: 'none', Config: {} } }),
      ...(capabilities.length > 0 && { CapAdd: capabilities }),
      ...(spec.dropCapabilities === true && { CapDrop: ['ALL'] }),
      ...(spec.init === true && { Init: true }),
      ...(security.length > 0 && { SecurityOpt: security }),
      ...(spec.restart !== undefined && {
        RestartPolicy: { Name: spec.restart.when, MaximumRetryCount: spec.restart.retries ?? 0 },
      }),
      ...(spec.trusted === true && { UsernsMode: 'host' }),
      ...(spec.beside !== undefined && { PidMode: `container:${spec.beside}` }),
      ...(ulimits.length > 0 && { Ulimits: ulimits }),
    },
  };
}

/** A port of the container may have several host ports. */
function toBindings(ports: readonly PortMapping[]): object {
  const bindings: Record<string, object[]> = {};
  for (const port of ports) {
    const bound = { HostIp: port.address, HostPort: String(port.host) };
    bindings[nameOf(port)] = [...(bindings[nameOf(port)] ?? []), bound];
  }
  return bindings;
}

const nameOf = ({ container, protocol }: PortMapping): string => `${String(container)}/${protocol}`;

const toLabelledBind = (mount: Mount): string[] =>
  mount.kind === 'bind' ? [`${mount.source}:${mount.target}:${mount.readOnly === true ? 'ro,z' : 'z'}`] : [];

function toMount(mount: Mount): object {
  if (mount.kind === 'tmpfs') {
    return {
      Type: 'tmpfs',
      Target: mount.target,
      TmpfsOptions: {
        ...(mount.mode !== undefined && { Mode: mount.mode }),
        ...(mount.size !== undefined && { SizeBytes: mount.size }),
      },
    };
  }
  return {
    ...{ Type: mount.kind, Source: mount.source, Target: mount.target, ReadOnly: mount.readOnly ?? false },
    ...(mount.kind === 'bind' && mount.alone === true && { BindOptions: { NonRecursive: true } }),
  };
}

function readId(text: string): string {
  try {
    return new Fields(JSON.parse(text)).text('Id');
  } catch {
    return '';
  }
}
