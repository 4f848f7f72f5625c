import { DevenvError } from '../../../errors/devenv-error.ts';
import type { Engine } from '../../../ports/engine.ts';
import { type Connection, makeConnection } from './connection.ts';
import { DockerEngine } from '../docker-engine.ts';
import { explain } from './engine-failure.ts';
import { formatAddress } from './address.ts';
import { type Candidate, type Surroundings, listCandidates } from './list-candidates.ts';
import { readText } from './read-text.ts';
import { send } from './send.ts';

/** The oldest version with all that devenv uses, and the newest that is tested. */
const oldest = 41;
const newest = 47;

/** Negotiates the API version by one ping. Throws a plain Error if no engine answers. */
async function negotiate(connection: Connection): Promise<Connection> {
  const response = await send(connection, {
    method: 'GET',
    path: '/_ping',
    purpose: 'answer',
    repeat: 'always',
    patience: 10_000,
  });
  const text = await readText(response, 64 * 1024);
  const status = response.statusCode ?? 0;
  const offered: unknown = response.headers['api-version'];
  if (status !== 200) throw new Error(`it answered with status ${String(status)}`);
  if (typeof offered !== 'string' || text.trim() !== 'OK') throw new Error('what answers there is no container engine');
  const prefix = `/v${chooseVersion(offered)}`;
  const { server, 'builder-version': builder } = response.headers;
  return { ...connection, prefix, podman: /libpod/i.test(String(server)), buildKit: builder === '2' };
}

/** The newest version that both sides speak. Throws ENGINE_TOO_OLD. */
function chooseVersion(offered: string): string {
  const [, major, minor] = /^(\d{1,4})\.(\d{1,4})$/.exec(offered) ?? [];
  if (major === undefined || minor === undefined) throw new Error('it names no API version');
  if (Number(major) > 1) return `1.${String(newest)}`;
  if (Number(major) < 1 || Number(minor) < oldest) {
    throw new DevenvError('ENGINE_TOO_OLD', `The engine speaks API ${offered} at most.`);
  }
  return `1.${String(Math.min(newest, Number(minor)))}`;
}

/** A candidate that did not answer. */
interface Tried {
  readonly source: string;
  readonly address: string;
  readonly reason: string;
}

/**
 * Finds the engine and negotiates the API version, with one ping per candidate.
 * Throws ENGINE_UNREACHABLE with every candidate (`data.tried`; `data.chosen`
 * if the engine was named), and ENGINE_TOO_OLD.
 */
export async function connectEngine(surroundings: Surroundings, signal?: AbortSignal): Promise<Engine> {
  const tried: Tried[] = [];
  for (const candidate of await listCandidates(surroundings)) {
    const found = await tryCandidate(candidate, surroundings);
    if (!('reason' in found)) return new DockerEngine(found, signal);
    tried.push(found);
  }
  throw unreachable(tried);
}

async function tryCandidate(
  { source, address }: Candidate,
  { programs, note, proxies }: Surroundings,
): Promise<Connection | Tried> {
  let connection: Connection | undefined;
  try {
    connection = { ...(await makeConnection(address, programs, note)), proxies };
    return await negotiate(connection);
  } catch (error) {
    connection?.agent.destroy();
    if (error instanceof DevenvError) throw error;
    return { source, address: formatAddress(address), reason: explain(error) };
  }
}

function unreachable(tried: readonly Tried[]): DevenvError {
  const [first] = tried;
  const chosen = first !== undefined && first.source !== 'well-known socket';
  const lines = tried.map(({ source, address, reason }) => `${address} (${source}): ${reason}`);
  const forbidden = tried.find(({ reason }) => reason === 'permission denied');
  const message = `No container engine answers. Tried:\n${lines.map((line) => `  ${line}`).join('\n')}`;
  return new DevenvError('ENGINE_UNREACHABLE', message, {
    data: { tried, chosen },
    ...(chosen && { hint: `Start that engine, or change what ${first.source} says.` }),
    ...(forbidden && {
      hint: `You may not use ${forbidden.address}: add yourself to the group that owns it (often \`sudo usermod -aG docker $USER\`) and log in again.`,
    }),
  });
}
