import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Container, ContainerDetails, ContainerState } from '../../../model/container.ts';
import { DevenvError } from '../../../errors/devenv-error.ts';
import { ask, findJson, getJson, labelled, readMessage } from '../connection/ask.ts';
import type { Connection } from '../connection/connection.ts';
import { refused } from '../connection/engine-failure.ts';
import { explainNoFolder, explainNoGpu, explainTakenPort } from './explain-start.ts';
import { readBindings, readPorts, readMounts, readOverlay } from './read-container.ts';
import { namePath } from '../images/reference.ts';
import type { Call } from '../connection/send.ts';

/** Containers that carry all labels, stopped ones included. */
export async function listContainers(connection: Connection, labels: readonly string[]): Promise<Container[]> {
  const query = { all: 'true', ...labelled(labels) };
  const found = await getJson(connection, '/containers/json', 'list containers', { query });
  return found.each().map((one) => ({
    id: one.text('Id'),
    name: (one.texts('Names')[0] ?? '').replace(/^\//, ''),
    image: one.text('ImageID'),
    state: readState(one.text('State')),
    ...readExit(one.text('Status')),
    labels: one.map('Labels'),
    created: one.number('Created'),
    networks: one.in('NetworkSettings').names('Networks'),
    ports: readPorts(one),
  }));
}

/** `Exited (3) 5 minutes ago` → 3. */
function readExit(status: string): Pick<Container, 'exitCode'> {
  const code = /^Exited \((\d+)\)/i.exec(status)?.[1];
  return code === undefined ? {} : { exitCode: Number(code) };
}

/** Undefined if there is no such container. */
export async function inspectContainer(connection: Connection, id: string): Promise<ContainerDetails | undefined> {
  const one = await findJson(connection, `/containers/${namePath(id)}/json`, 'inspect the container');
  if (one === undefined) return undefined;
  const [config, state] = [one.in('Config'), one.in('State')];
  const overlay = readOverlay(one.in('GraphDriver'));
  return {
    id: one.text('Id'),
    name: one.text('Name').replace(/^\//, ''),
    image: one.text('Image'),
    state: readState(state.text('Status')),
    labels: config.map('Labels'),
    created: Math.floor(Date.parse(one.text('Created')) / 1000) || 0,
    networks: one.in('NetworkSettings').names('Networks'),
    ports: readBindings(one.in('HostConfig')),
    env: config.texts('Env'),
    user: config.text('User'),
    mounts: readMounts(one),
    started: state.text('StartedAt'),
    pid: state.number('Pid'),
    exitCode: state.number('ExitCode'),
    ...(config.number('StopTimeout') > 0 && { stopTimeout: config.number('StopTimeout') }),
    healthCheck: !['', 'NONE'].includes(config.in('Healthcheck').texts('Test')[0] ?? ''),
    ...(overlay !== undefined && { overlay }),
    ...(overlay === undefined && !connection.podman && { mark: makeMark(one.text('Id'), one.text('Created')) }),
  };
}

/** A number of 31 bits from what only the engine knows: the nanoseconds of the container's creation. */
const makeMark = (id: string, created: string): number =>
  createHash('sha256').update(`${id} ${created}`).digest().readUInt32BE() >>> 1;

/** Does nothing to a running container. Throws PORT_TAKEN. */
export async function startContainer(connection: Connection, id: string, onSent?: () => void): Promise<void> {
  try {
    await changeState(connection, id, 'start', 'start the container', { patience: 120_000, ...(onSent && { onSent }) });
  } catch (error) {
    throw explainTakenPort(error) ?? explainNoGpu(error) ?? explainNoFolder(error) ?? error;
  }
}

/** SIGTERM, then SIGKILL after `seconds`. Does nothing to a stopped container. */
export async function stopContainer(connection: Connection, id: string, seconds: number): Promise<void> {
  const patience = 60_000 + seconds * 1000;
  await changeState(connection, id, 'stop', 'stop the container', { query: { t: seconds }, patience });
}

export async function renameContainer(connection: Connection, id: string, name: string): Promise<void> {
  const path = `/containers/${namePath(id)}/rename`;
  const purpose = 'rename the container';
  const { status, text } = await ask(connection, { method: 'POST', path, query: { name }, purpose }, [409]);
  if (status === 409)
    throw new DevenvError('NAME_TAKEN', `There is a container named ${name} already. (${readMessage(text)})`);
}

/** Removes by force, with anonymous volumes. Waits for a removal that has already begun. */
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
 * As removeContainer, without the wait for its end. Engines that stop when the
 * client leaves are waited for. Ignores a failure after the request was sent.
 */
export async function discardContainer(connection: Connection, id: string): Promise<void> {
  // Podman may stop with its client, and ssh may not have passed the request on yet.
  if (connection.podman || connection.address.kind === 'ssh') return removeContainer(connection, id);
  await new Promise<void>((resolve, reject) => {
    removeContainer(connection, id, resolve).then(resolve, reject);
  });
}

/** Unpacks an uncompressed tar in a container that does not run. */
export async function putArchive(
  connection: Connection,
  container: string,
  path: string,
  tar: AsyncIterable<Uint8Array>,
): Promise<void> {
  await ask(connection, {
    method: 'PUT',
    path: `/containers/${namePath(container)}/archive`,
    query: { path },
    upload: { type: 'application/x-tar', source: tar },
    purpose: 'unpack files in the container',
    patience: 600_000,
  });
}

/** POSTs `/containers/ID/VERB`. */
export async function changeState(
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

/** Podman names some states differently. */
function readState(text: string): ContainerState {
  if (states.has(text)) return text as ContainerState;
  if (text === 'configured' || text === 'initialized') return 'created';
  return text === 'stopping' ? 'running' : 'exited';
}
