import { setTimeout as sleep } from 'node:timers/promises';
import type { Container, ContainerDetails, ContainerState } from '../../../model/container.ts';
import { DevenvError } from '../../../errors/devenv-error.ts';
import { ask, askJson, readMessage } from '../connection/ask.ts';
import type { Connection } from '../connection/connection.ts';
import { refused } from '../connection/engine-failure.ts';
import { Fields } from '../connection/fields.ts';
import { explainNoGpu } from './explain-no-gpu.ts';
import { explainTakenPort } from './explain-taken-port.ts';
import { readBindings, readPorts } from './read-ports.ts';
import { readMounts } from './read-mounts.ts';
import { readOverlay } from './read-overlay.ts';
import { namePath } from '../images/reference.ts';
import type { Call } from '../connection/send.ts';

/** Containers that carry all labels, stopped ones included. */
export async function listContainers(connection: Connection, labels: readonly string[]): Promise<Container[]> {
  const query = { all: 'true', filters: JSON.stringify({ label: labels }) };
  const call = {
    method: 'GET',
    path: '/containers/json',
    purpose: 'list containers',
    query,
    repeat: 'always',
  } as const;
  return Fields.each(await askJson(connection, call)).map((one) => ({
    id: one.text('Id'),
    name: (one.texts('Names')[0] ?? '').replace(/^\//, ''),
    image: one.text('ImageID'),
    state: readState(one.text('State')),
    labels: one.map('Labels'),
    created: one.number('Created'),
    networks: readNetworks(one),
    ports: readPorts(one),
  }));
}

/** Undefined where there is no such container. */
export async function inspectContainer(connection: Connection, id: string): Promise<ContainerDetails | undefined> {
  const path = `/containers/${namePath(id)}/json`;
  const call = { method: 'GET', path, purpose: 'inspect the container', repeat: 'always' } as const;
  const answer = await askJson(connection, call, [404]);
  if (answer === undefined) return undefined;
  const one = new Fields(answer);
  const overlay = readOverlay(one.in('GraphDriver'));
  return {
    id: one.text('Id'),
    name: one.text('Name').replace(/^\//, ''),
    image: one.text('Image'),
    state: readState(one.in('State').text('Status')),
    labels: one.in('Config').map('Labels'),
    created: Math.floor(Date.parse(one.text('Created')) / 1000) || 0,
    networks: readNetworks(one),
    ports: readBindings(one.in('HostConfig').in('PortBindings')),
    env: one.in('Config').texts('Env'),
    user: one.in('Config').text('User'),
    mounts: readMounts(one),
    started: one.in('State').text('StartedAt'),
    pid: one.in('State').number('Pid'),
    exitCode: one.in('State').number('ExitCode'),
    healthCheck: !['', 'NONE'].includes(one.in('Config').in('Healthcheck').texts('Test')[0] ?? ''),
    ...(overlay !== undefined && { overlay }),
  };
}

function readNetworks(container: Fields): string[] {
  return Object.keys((container.in('NetworkSettings').get('Networks') as object | null | undefined) ?? {}).sort();
}

/** Nothing happens to a container that runs. Throws PORT_TAKEN. */
export async function startContainer(connection: Connection, id: string, onSent?: () => void): Promise<void> {
  try {
    await change(connection, id, 'start', 'start the container', { patience: 120_000, ...(onSent && { onSent }) });
  } catch (error) {
    throw explainTakenPort(error) ?? explainNoGpu(error) ?? error;
  }
}

/** SIGTERM, then SIGKILL after `seconds`. Nothing happens to a stopped container. */
export async function stopContainer(connection: Connection, id: string, seconds: number): Promise<void> {
  const patience = 60_000 + seconds * 1000;
  await change(connection, id, 'stop', 'stop the container', { query: { t: seconds }, patience });
}

export async function pauseContainer(connection: Connection, id: string): Promise<void> {
  await change(connection, id, 'pause', 'pause the container');
}

export async function unpauseContainer(connection: Connection, id: string): Promise<void> {
  await change(connection, id, 'unpause', 'resume the container');
}

export async function renameContainer(connection: Connection, id: string, name: string): Promise<void> {
  const path = `/containers/${namePath(id)}/rename`;
  const purpose = 'rename the container';
  const { status, text } = await ask(connection, { method: 'POST', path, query: { name }, purpose }, [409]);
  if (status === 409)
    throw new DevenvError('NAME_TAKEN', `There is a container named ${name} already. (${readMessage(text)})`);
}

/** By force, with its anonymous volumes; waits for a removal that is already under way. */
export async function removeContainer(connection: Connection, id: string, onSent?: () => void): Promise<void> {
  const path = `/containers/${namePath(id)}`;
  const query = { force: 'true', v: 'true' };
  const purpose = 'remove the container';
  // Hundreds of thousands of files take minutes.
  const call = {
    ...({ method: 'DELETE', path, query, purpose, repeat: 'always', patience: 600_000 } as const),
    ...(onSent && { onSent }),
  };
  for (let tries = 0; ; tries += 1) {
    const { status, text } = await ask(connection, call, [404, 409]);
    if (status !== 409) return;
    if (!/already in progress/.test(text) || tries >= 120) throw refused(purpose, status, text);
    await sleep(500);
  }
}

/**
 * The same for what nobody looks at any more: where the engine goes on without
 * a client, it is only waited for until it has been asked. Says nothing where
 * it fails after that.
 */
export async function discardContainer(connection: Connection, id: string): Promise<void> {
  // Podman may end what it does with the connection, and what ssh was given is not with the engine yet.
  if (connection.podman || connection.address.kind === 'ssh') return removeContainer(connection, id);
  await new Promise<void>((resolve, reject) => {
    removeContainer(connection, id, resolve).then(resolve, reject);
  });
}

async function change(
  connection: Connection,
  id: string,
  verb: string,
  purpose: string,
  rest: Pick<Call, 'query' | 'patience' | 'onSent'> = {},
): Promise<void> {
  const path = `/containers/${namePath(id)}/${verb}`;
  await ask(connection, { method: 'POST', path, purpose, repeat: 'lost', ...rest });
}

const states = new Set<string>(['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead']);

/** Podman has names of its own for some states. */
function readState(text: string): ContainerState {
  if (states.has(text)) return text as ContainerState;
  if (text === 'configured' || text === 'initialized') return 'created';
  return text === 'stopping' ? 'running' : 'exited';
}
