import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listCandidates } from '../../../../src/adapters/docker/connection/list-candidates.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'engine-home-'));
});
afterEach(() => {
  rmSync(home, { recursive: true });
});

function writeContext(name: string, meta: unknown): string {
  const id = createHash('sha256').update(name).digest('hex');
  mkdirSync(join(home, '.docker/contexts/meta', id), { recursive: true });
  writeFileSync(join(home, '.docker/contexts/meta', id, 'meta.json'), JSON.stringify(meta));
  return id;
}

describe('listCandidates', () => {
  it('asks the flag, then the variables, then the context, then well-known sockets', async () => {
    writeContext('far', { Name: 'far', Endpoints: { docker: { Host: 'tcp://far:2375' } } });
    writeFileSync(join(home, '.docker/config.json'), '{"currentContext":"far"}');
    const env = { TEAMVM_ENGINE: 'tcp://b:1', DOCKER_HOST: 'tcp://c:1' };
    const sources = async (flag: string | undefined, variables: Record<string, string>): Promise<string[]> =>
      (await listCandidates({ flag, env: variables, home })).map(({ source }) => source);
    expect(await sources('tcp://a:1', env)).toEqual(['--engine']);
    expect(await sources(undefined, env)).toEqual(['TEAMVM_ENGINE']);
    expect(await sources(undefined, { DOCKER_HOST: 'tcp://c:1' })).toEqual(['DOCKER_HOST']);
    expect(await sources(undefined, {})).toEqual(['docker context far']);
    expect(new Set(await sources(undefined, { DOCKER_CONTEXT: 'default' }))).toEqual(new Set(['well-known socket']));
  });

  it('lists well-known sockets in order', async () => {
    const found = await listCandidates({ env: { XDG_RUNTIME_DIR: '/run/user/7' }, home });
    expect(found.map(({ address }) => address.kind === 'unix' && address.path)).toEqual([
      '/var/run/docker.sock',
      '/run/user/7/docker.sock',
      join(home, '.docker/run/docker.sock'),
      '/run/podman/podman.sock',
      '/run/user/7/podman/podman.sock',
    ]);
  });

  it("takes TLS from DOCKER_CERT_PATH, and a context's from its own folder", async () => {
    const env = { DOCKER_HOST: 'tcp://c', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/certs' };
    const [byEnv] = await listCandidates({ env, home });
    expect(byEnv?.address).toMatchObject({ port: 2376, tls: { folder: '/certs', verify: true } });
    const meta = { Endpoints: { docker: { Host: 'tcp://far:2376', SkipTLSVerify: true } } };
    const folder = join(home, '.docker/contexts/tls', writeContext('far', meta), 'docker');
    mkdirSync(folder, { recursive: true });
    const [byContext] = await listCandidates({ env: { DOCKER_CONTEXT: 'far' }, home });
    expect(byContext?.address).toMatchObject({ tls: { folder, verify: false } });
  });

  it('says so when the chosen context does not exist', async () => {
    await expect(listCandidates({ env: { DOCKER_CONTEXT: 'gone' }, home })).rejects.toMatchObject({
      code: 'ENGINE_UNREACHABLE',
      message: expect.stringContaining('"gone"'),
    });
  });

  it('goes on after a broken config.json', async () => {
    mkdirSync(join(home, '.docker'));
    writeFileSync(join(home, '.docker/config.json'), '{');
    expect((await listCandidates({ env: {}, home })).length).toBeGreaterThan(2);
  });
});
