import { DevenvError } from '../../../errors/devenv-error.ts';
import type { Engine } from '../../../ports/engine.ts';
import { makeConnection, type Connection } from './connection.ts';
import { DockerEngine } from '../docker-engine.ts';
import { explain } from './engine-failure.ts';
import { formatAddress } from './address.ts';
import { listCandidates, type Candidate, type Surroundings } from './list-candidates.ts';
import { negotiate } from './negotiate.ts';

/** One place where an engine was looked for. */
interface Tried {
  readonly source: string;
  readonly address: string;
  readonly reason: string;
}

/**
 * Finds the engine and agrees on an API version: one ping where it is found at
 * once. Throws ENGINE_UNREACHABLE with every place that was tried (`data.tried`;
 * `data.chosen` where somebody named the engine), ENGINE_TOO_OLD.
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

async function tryCandidate({ source, address }: Candidate, { programs }: Surroundings): Promise<Connection | Tried> {
  let connection: Connection | undefined;
  try {
    connection = await makeConnection(address, programs);
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
