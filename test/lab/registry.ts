import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { startDaemon, waitForDaemon, waitForEnd } from './daemon.ts';
import { prefixes } from './install.ts';
import { isRunning, signal, type ProcessId } from './process-table.ts';
import { run } from './run.ts';
import type { RegistryState } from './state.ts';
import { readTransfers, type Transferred } from './transfers.ts';

/** A registry with a login, on the host's side of the machines' lines. */
export interface LabRegistry {
  /** `10.201.7.1:5000`, the same for all machines. */
  readonly host: string;
  readonly username: string;
  readonly password: string;
  readonly log: string;
  /** Its folder; blobs are in `docker/registry/v2/blobs/sha256/…`. */
  readonly storage: string;
  /** Blobs that it received and sent since its first start. */
  readonly transferred: () => Transferred;
  /** The text of a `.docker/config.json` that logs in here. */
  readonly dockerConfig: () => string;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** A lab's registry, running or not. */
export function openRegistry(state: RegistryState): LabRegistry {
  const { folder, host, username, password } = state;
  const log = join(folder, 'registry.log');
  const storage = join(folder, 'storage');
  return {
    host,
    username,
    password,
    log,
    storage,
    transferred: () => readTransfers(log, storage),
    dockerConfig: () => {
      const auth = Buffer.from(`${username}:${password}`).toString('base64');
      return JSON.stringify({ auths: { [host]: { auth } } });
    },
    start: () => startRegistry(state, log, storage),
    stop: async () => {
      const id = readId(folder);
      if (!id) return;
      signal(id, 'SIGKILL');
      await waitForEnd(id, 5_000);
    },
  };
}

async function startRegistry(state: RegistryState, log: string, storage: string): Promise<void> {
  const { folder, host, username, password } = state;
  if (readId(folder)) return;
  await mkdir(storage, { recursive: true });
  const users = join(folder, 'htpasswd');
  writeFileSync(users, `${username}:${await hashPassword(password)}\n`, { mode: 0o600 });
  const config = {
    version: '0.1',
    log: { level: 'warn', accesslog: { disabled: false } },
    storage: { filesystem: { rootdirectory: storage }, delete: { enabled: true } },
    http: { addr: host, secret: randomBytes(16).toString('hex') },
    auth: { htpasswd: { realm: 'teamvm', path: users } },
  };
  writeFileSync(join(folder, 'registry.yml'), stringify(config), { mode: 0o600 });
  const id = await startDaemon({
    file: join(prefixes.bookworm, 'usr/bin/docker-registry'),
    args: ['serve', join(folder, 'registry.yml')],
    env: { PATH: '/usr/bin:/bin', HOME: folder, OTEL_TRACES_EXPORTER: 'none' },
    log,
    mark: state.mark,
  });
  writeFileSync(join(folder, 'registry.json'), JSON.stringify(id));
  await waitForDaemon(id, log, () =>
    fetch(`http://${host}/v2/`).then(
      (answer) => answer.status === 401,
      () => false,
    ),
  );
}

/** bcrypt of the C library, by perl. */
async function hashPassword(password: string): Promise<string> {
  const salt = `$2b$05$${randomBytes(16).toString('hex').slice(0, 21)}u`;
  return (await run('perl', ['-e', 'print crypt(<STDIN>, $ARGV[0])', salt], { input: password })).trim();
}

function readId(folder: string): ProcessId | undefined {
  try {
    const id = JSON.parse(readFileSync(join(folder, 'registry.json'), 'utf8')) as ProcessId;
    return isRunning(id) ? id : undefined;
  } catch {
    return undefined;
  }
}
