import { parseEnvValue } from '../../environment/env-references.ts';
import type { CommandLine, Hook, HookMoment, Limits, PortMapping, VolumeMount } from '../../model/workspace.ts';
import type { Exported, ExportSource } from './exported.ts';
import { listContainers } from './list-containers.ts';
import { literalDollar } from './literal-dollar.ts';
import { toLines } from './shell-lines.ts';
import { writeCompose } from './write-compose.ts';

/** When Dev Containers run what devenv runs at a moment. */
const commands: Readonly<Record<HookMoment, string>> = {
  create: 'onCreateCommand',
  update: 'updateContentCommand',
  start: 'postStartCommand',
  attach: 'postAttachCommand',
};

/**
 * An environment as devcontainer.json: the image of the version by digest. Its
 * services, if there are any, and its workspace are in a compose file beside it.
 */
export function writeDevcontainer(source: ExportSource): Exported {
  const { environment, image } = source;
  const { env, ports, services, secrets } = environment;
  const notes: string[] = [];
  const variables = splitEnv(env, notes);
  const commandsOfHooks = printHooks(environment.hooks);
  if (
    'updateContentCommand' in commandsOfHooks &&
    ('onCreateCommand' in commandsOfHooks || environment.hooks.create === undefined)
  )
    notes.push('hooks.update: Dev Containers also run it when the container is made.');
  const forwarded = ports.filter(isForwarded);
  const published = ports.filter((port) => !isForwarded(port));
  // What Compose cannot say, devcontainer.json does.
  const { remote } = variables;
  const rest = Object.fromEntries(Object.entries(env).filter(([name]) => !Object.hasOwn(remote, name)));
  const reduced = { ...source, environment: { ...environment, env: rest, ports: published, secrets: [] } };
  const composed = services.length > 0 ? writeCompose(reduced) : undefined;
  const { workspace, notes: unkept } = listContainers(reduced);
  const shared = {
    workspaceFolder: literal(environment.folder),
    remoteUser: environment.user,
    ...(forwarded.length > 0 && { forwardPorts: forwarded.map(({ container }) => container) }),
    ...printRemoteEnv(
      remote,
      secrets.map(({ name }) => name),
    ),
    ...commandsOfHooks,
  };
  const own =
    composed === undefined
      ? {
          image,
          workspaceMount: ['source=${localWorkspaceFolder}', `target=${literal(environment.folder)}`, 'type=bind']
            .map(quoteField)
            .join(','),
          ...(Object.keys(variables.container).length > 0 && { containerEnv: variables.container }),
          ...printMounts(environment.volumes, workspace.limits),
          ...(published.length > 0 && { appPort: published.map(printPort) }),
          ...printContainer(source),
        }
      : { dockerComposeFile: 'compose.yaml', service: workspace.name };
  const text = `${JSON.stringify({ name: environment.name, ...own, ...shared }, undefined, 2)}\n`;
  return {
    files: [{ name: 'devcontainer.json', text }, ...(composed?.files ?? [])],
    notes: [...notes, ...(composed?.notes ?? unkept)],
  };
}

const known = '(?:env|localEnv|containerEnv|localWorkspaceFolder|containerWorkspaceFolder|devcontainerId)';
const replaced = new RegExp(`\\$\\{[^}]*?${known}`);

/** A text in which nothing is replaced. `always`: references come after it. */
const literal = (text: string, always = false): string =>
  always || replaced.test(text) ? text.replaceAll('${', `${literalDollar}{`) : text;

/** Variables of the container, and those that only programs of the editor can get: they refer to the image. */
function splitEnv(
  env: Readonly<Record<string, string>>,
  notes: string[],
): Record<'container' | 'remote', Record<string, string>> {
  const found = { container: {} as Record<string, string>, remote: {} as Record<string, string> };
  for (const [key, written] of Object.entries(env)) {
    const parsed = parseEnvValue(written);
    const parts = typeof parsed === 'string' ? [] : parsed;
    const refers = parts.some(({ kind }) => kind !== 'text');
    let text = '';
    let value = '';
    const flush = (): void => {
      value += literal(text, refers);
      text = '';
    };
    for (const part of parts) {
      if (part.kind === 'text') {
        text += part.text;
        continue;
      }
      flush();
      const { fallback = '' } = part;
      const keeps = !fallback.includes(':');
      if (!keeps)
        notes.push(`env.${key}: devcontainer.json cannot say the default of ${part.name}, which holds a colon.`);
      const from = part.kind === 'host' ? 'localEnv' : 'containerEnv';
      value += `\${${from}:${part.name}${fallback !== '' && keeps ? `:${fallback}` : ''}}`;
    }
    flush();
    found[parts.some(({ kind }) => kind === 'image') ? 'remote' : 'container'][key] = value;
  }
  return found;
}

const printRemoteEnv = (remote: Readonly<Record<string, string>>, secrets: readonly string[]): object => {
  const all = { ...remote, ...Object.fromEntries(secrets.map((name) => [name, `\${localEnv:${name}}`])) };
  return {
    ...(Object.keys(all).length > 0 && { remoteEnv: all }),
    ...(secrets.length > 0 && { secrets: Object.fromEntries(secrets.map((name) => [name, {}])) }),
  };
};

/** One hook as it is written; several as one line. */
function printHooks(hooks: ExportSource['environment']['hooks']): object {
  const print = (written: readonly Hook[]): unknown => {
    const [first = {}, ...others] = written;
    const [command, ...more] = Object.values(first);
    if (others.length > 0) return literal(`set -e\n${toLines(written).join('\n')}`);
    if (more.length === 0) return literalCommand(command ?? '');
    return Object.fromEntries(Object.entries(first).map(([name, one]) => [name, literalCommand(one)]));
  };
  const moments = Object.entries(hooks) as [HookMoment, readonly Hook[]][];
  const { onCreateCommand, ...others } = Object.fromEntries(
    moments.map(([moment, written]) => [commands[moment], print(written)]),
  );
  // Dev Containers run `updateContentCommand` in a new container, too.
  const once = JSON.stringify(onCreateCommand) === JSON.stringify(others['updateContentCommand']);
  return onCreateCommand === undefined || once ? others : { onCreateCommand, ...others };
}

const literalCommand = (command: CommandLine): CommandLine =>
  typeof command === 'string' ? literal(command) : command.map((word) => literal(word));

/** True for a port that an editor forwards as it is. */
const isForwarded = ({ address, host, container, protocol }: PortMapping): boolean =>
  address === '127.0.0.1' && host === container && protocol === 'tcp';

const printPort = ({ address, host, container, protocol }: PortMapping): string =>
  `${address}:${host === 0 ? '' : String(host)}:${String(container)}${protocol === 'udp' ? '/udp' : ''}`;

function printMounts(volumes: readonly VolumeMount[], { engineSocket }: Limits): object {
  const mounts = volumes.map(({ kind, source, target, readOnly }) => {
    const from = {
      // Volumes of the engine: each workspace gets its own.
      volume: `${source}-\${devcontainerId}`,
      folder: `\${localWorkspaceFolder}/${literal(source)}`,
      host: source.startsWith('~/') ? `\${localEnv:HOME}/${literal(source.slice(2))}` : literal(source),
    }[kind];
    const type = kind === 'volume' ? 'volume' : 'bind';
    if (!readOnly) return { source: from, target: literal(target), type };
    return [`type=${type}`, `source=${from}`, `target=${literal(target)}`, 'readonly'].map(quoteField).join(',');
  });
  const socket = { source: '/var/run/docker.sock', target: '/var/run/docker.sock', type: 'bind' };
  const all = [...mounts, ...(engineSocket ? [socket] : [])];
  return all.length > 0 ? { mounts: all } : {};
}

/** A field of the comma-separated form that Docker reads. */
const quoteField = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** Settings of the container that devcontainer.json has words for, then those that Docker has. */
function printContainer({ environment }: ExportSource): object {
  const { limits, hostname, network, envFiles, securityOptions, init } = environment;
  const { cpus, memory, shm, ulimits, gpus, devices, extraHosts, capabilities, privileged } = limits;
  const args = [
    ...(hostname !== undefined ? [`--hostname=${hostname}`] : []),
    ...(network === 'host' ? ['--network=host'] : []),
    ...(cpus !== undefined ? [`--cpus=${String(cpus)}`] : []),
    ...(memory !== undefined ? [`--memory=${String(memory)}`] : []),
    ...(shm !== undefined ? [`--shm-size=${String(shm)}`] : []),
    ...(gpus ? ['--gpus=all'] : []),
    ...Object.entries(ulimits).map(([name, value]) => `--ulimit=${name}=${String(value)}`),
    ...devices.map(({ source, target, permissions }) => `--device=${literal(`${source}:${target}:${permissions}`)}`),
    ...Object.entries(extraHosts).map(([name, address]) => `--add-host=${name}:${address}`),
    ...envFiles.flatMap(({ path, required }) =>
      required ? [`--env-file=\${localWorkspaceFolder}/${literal(path)}`] : [],
    ),
  ];
  return {
    ...(init && { init: true }),
    ...(privileged && { privileged: true }),
    ...(capabilities.length > 0 && { capAdd: capabilities }),
    ...(securityOptions.length > 0 && { securityOpt: securityOptions.map((option) => literal(option)) }),
    ...(args.length > 0 && { runArgs: args }),
  };
}
