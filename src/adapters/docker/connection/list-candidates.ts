import { join } from 'node:path';
import type { Proxies } from '../../../model/network/proxies.ts';
import type { Programs } from '../../../ports/processes.ts';
import { parseAddress, type Address } from './address.ts';

/** A place where an engine may listen, and who says so. */
export interface Candidate {
  /** `--engine`, `DOCKER_HOST`, `docker context desktop`, `well-known socket`. */
  readonly source: string;
  readonly address: Address;
}

export interface Surroundings {
  /** Value of `--engine`. */
  readonly flag?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** Finds ssh, for engines behind it. */
  readonly programs?: Programs;
  /** Tells the person something. */
  readonly note?: (line: string) => void;
  /** As a connection has it. */
  readonly proxies?: (() => Promise<Proxies>) | undefined;
}

/** One way to find candidates. If it finds none, the next one is used. */
type Strategy = (surroundings: Surroundings) => Promise<readonly Candidate[]> | readonly Candidate[];

/**
 * Where to look for an engine, in order. A chosen engine is the only candidate:
 * another one has other containers. Throws ENGINE_UNREACHABLE if the choice is
 * not an address.
 */
export async function listCandidates(surroundings: Surroundings): Promise<readonly Candidate[]> {
  for (const strategy of strategies) {
    const found = await strategy(surroundings);
    if (found.length > 0) return found;
  }
  return [];
}

const strategies: readonly Strategy[] = [
  ({ flag, ...rest }) => chosen('--engine', flag, rest),
  (surroundings) => chosen('TEAMVM_ENGINE', surroundings.env['TEAMVM_ENGINE'], surroundings),
  (surroundings) => chosen('DOCKER_HOST', surroundings.env['DOCKER_HOST'], surroundings),
  findContext,
  listWellKnown,
];

function chosen(source: string, text: string | undefined, { env, home }: Surroundings): readonly Candidate[] {
  if (text === undefined || text === '') return [];
  const folder = env['DOCKER_CERT_PATH'] ?? env['DOCKER_CONFIG'] ?? join(home, '.docker');
  const tls = (env['DOCKER_TLS_VERIFY'] ?? '') === '' ? undefined : { folder, verify: true };
  return [{ source, address: parseAddress(text, tls) }];
}

async function findContext({ env, home }: Surroundings): Promise<readonly Candidate[]> {
  const { readDockerContext } = await import('./docker-context.ts');
  const context = await readDockerContext(env, home);
  return context === undefined ? [] : [{ source: `docker context ${context.name}`, address: context.address }];
}

function listWellKnown({ env, home }: Surroundings): readonly Candidate[] {
  const runtime = env['XDG_RUNTIME_DIR'];
  const paths = [
    '/var/run/docker.sock',
    ...(runtime === undefined || runtime === '' ? [] : [join(runtime, 'docker.sock')]),
    join(home, '.docker/run/docker.sock'),
    '/run/podman/podman.sock',
    ...(runtime === undefined || runtime === '' ? [] : [join(runtime, 'podman/podman.sock')]),
  ];
  return [...new Set(paths)].map((path) => ({ source: 'well-known socket', address: { kind: 'unix', path } }));
}
