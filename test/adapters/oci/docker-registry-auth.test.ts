import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NodeHostFiles } from '../../../src/adapters/host/node-host-files.ts';
import { NodeProcesses } from '../../../src/adapters/host/node-processes.ts';
import type { RegistryAuth } from '../../../src/ports/registry.ts';
import { DockerRegistryAuth } from '../../../src/adapters/oci/docker-registry-auth.ts';

const auth = (text: string): { auth: string } => ({ auth: Buffer.from(text).toString('base64') });

describe('DockerRegistryAuth', () => {
  let folder: string;
  let path: string | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'devenv-auth-'));
    path = process.env['PATH'];
    process.env['PATH'] = `${folder}:${path ?? ''}`;
  });

  afterEach(async () => {
    process.env['PATH'] = path;
    await rm(folder, { recursive: true });
  });

  async function find(config: unknown, reference: string): Promise<RegistryAuth | undefined> {
    await writeFile(join(folder, 'config.json'), typeof config === 'string' ? config : JSON.stringify(config));
    const options = { files: new NodeHostFiles(), processes: new NodeProcesses(), env: { DOCKER_CONFIG: folder } };
    return new DockerRegistryAuth(options).findAuth(reference);
  }

  /** A real program on PATH. */
  async function helper(name: string, script: string): Promise<void> {
    await writeFile(join(folder, `docker-credential-${name}`), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, `docker-credential-${name}`), 0o755);
  }

  it.each([
    ['registry.test:5000/shop/env:1', 'registry.test:5000'],
    ['Registry.Test:5000/shop/env@sha256:00', 'registry.test:5000'],
    ['debian:bookworm-slim', 'https://index.docker.io/v1/'],
    ['docker.io/library/debian', 'https://index.docker.io/v1/'],
    ['team/env', 'https://index.docker.io/v1/'],
    ['localhost/env', 'localhost'],
  ])('%s is filed under %s', async (reference, server) => {
    const config = { auths: { [server]: auth('ada:a:b') } };
    expect(await find(config, reference)).toEqual({ username: 'ada', password: 'a:b', server });
  });

  it.each([
    'registry.test',
    'registry.test:50001',
    'xregistry.test:5000',
    'registry.test:5000/team',
    'registry.test:5000.evil.test',
    'https://evil.test/registry.test:5000',
  ])('does not send the login of %s to registry.test:5000', async (key) => {
    expect(await find({ auths: { [key]: auth('ada:secret') } }, 'registry.test:5000/shop/env')).toBeUndefined();
  });

  it.each(['https://registry.test:5000', 'http://registry.test:5000/', 'https://registry.test:5000/v2/'])(
    'knows %s as registry.test:5000',
    async (key) => {
      expect(await find({ auths: { [key]: auth('ada:x') } }, 'registry.test:5000/shop/env')).toMatchObject({
        username: 'ada',
      });
    },
  );

  it('hands on an identity token', async () => {
    const config = { auths: { 'r.test': { ...auth('ada:x'), identitytoken: 'tok' } } };
    expect(await find(config, 'r.test/env')).toMatchObject({ identityToken: 'tok', username: '', password: '' });
  });

  it('asks the helper of the registry, with the registry on its stdin', async () => {
    await helper('vault', 'read server; printf \'{"Username":"ada","Secret":"for %s"}\' "$server"');
    const config = { credHelpers: { 'r.test': 'vault' }, auths: { 'r.test': auth('old:old') } };
    expect(await find(config, 'r.test/env')).toEqual({ username: 'ada', password: 'for r.test', server: 'r.test' });
    expect(await find(config, 'other.test/env')).toBeUndefined();
  });

  it('asks the store for everything else', async () => {
    await helper('store', 'read server; printf \'{"Username":"<token>","Secret":"t"}\'');
    expect(await find({ credsStore: 'store' }, 'debian')).toMatchObject({ identityToken: 't', password: '' });
  });

  it.each([
    ['prints garbage', 'echo no credentials'],
    ['fails', 'echo \'{"Username":"a","Secret":"b"}\'; exit 1'],
    ['prints JSON of another shape', 'echo \'{"Username":1,"Secret":[]}\''],
  ])('tries anonymously where the helper %s', async (_title, script) => {
    await helper('bad', script);
    expect(await find({ credsStore: 'bad' }, 'r.test/env')).toBeUndefined();
  });

  it.each(['../evil', 'a b', 'X', '', '-x;id', 'missing-one'])('tries anonymously with the helper %j', async (name) => {
    expect(await find({ credsStore: name }, 'r.test/env')).toBeUndefined();
  });

  it.each(['', 'null', '[]', '{', '{"auths":[]}', '{"auths":{"r.test":null}}', '{"auths":{"r.test":{"auth":"%%%"}}}'])(
    'tries anonymously with the file %j',
    async (text) => {
      expect(await find(text, 'r.test/env')).toBeUndefined();
    },
  );
});
