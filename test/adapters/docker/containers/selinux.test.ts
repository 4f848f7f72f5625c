import { expect, it } from 'vitest';
import { resolveContainer } from '../../../../src/containers/resolve-container.ts';
import type { ContainerSpec } from '../../../../src/model/container.ts';
import { resolveBuilder } from '../../../../src/observe/images/builder-spec.ts';
import { makeEnvironment } from '../../../providers/make-environment.ts';
import type { Environment } from '../../../../src/model/environment.ts';
import { normaliseVolume } from '../../../../src/environment/normalise-workspace.ts';
import { FakeDaemon } from '../fake-daemon.ts';

interface HostConfig {
  readonly Binds?: readonly string[];
  readonly Mounts: readonly { readonly Type: string; readonly Source: string }[];
  readonly SecurityOpt?: readonly string[];
}

/** What an engine is asked for, with SELinux or without. */
async function ask(spec: ContainerSpec, selinux = true): Promise<{ host: HostConfig; calls: readonly string[] }> {
  let body = '';
  const options = ['name=seccomp,profile=builtin', ...(selinux ? ['name=selinux'] : [])];
  const info = {
    SystemTime: '2026-01-02T03:04:05Z',
    ServerVersion: '27',
    Architecture: 'x86_64',
    SecurityOptions: options,
  };
  await using daemon = await FakeDaemon.start((request, response) => {
    const text = request.url?.endsWith('/info') === true ? JSON.stringify(info) : '{"Id": "a1"}';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => response.writeHead(200, { 'Content-Type': 'application/json' }).end(text));
  });
  await (await daemon.connect()).runtime.create({ ...spec, attached: true });
  return { host: (JSON.parse(body) as { HostConfig: HostConfig }).HostConfig, calls: daemon.calls };
}

const version = { number: 1, content: `sha256:${'0'.repeat(64)}` } as const;
const workspace = (parts: Partial<Environment> = {}, caFile?: string): ContainerSpec =>
  resolveContainer(
    makeEnvironment(parts),
    version,
    'image',
    'main',
    { folder: '/home/kim/shop', owner: { uid: 0, gid: 0 }, caFile },
    false,
  );
const volumes = (...texts: string[]) => ({ volumes: texts.map((text) => normaliseVolume(text, 'workspace')) });
const bound = ({ Mounts }: HostConfig): string[] =>
  Mounts.filter(({ Type }) => Type === 'bind').map(({ Source }) => Source);

it('gives the project the shared label, and a folder of it none beside', async () => {
  const { host } = await ask(workspace(volumes('./data:/data', 'rows:/rows')));
  expect(host.Binds).toEqual(['/home/kim/shop:/workspace:z']);
  expect(bound(host)).toEqual(['/home/kim/shop/data']);
  expect(host.SecurityOpt).toBeUndefined();
});

it('mounts the project of a builder to read, with the same label', async () => {
  const config = { env: [], labels: {}, user: 'dev', workingDir: '/', entrypoint: [], cmd: [] };
  const { host } = await ask(resolveBuilder({ image: 'i', config, owner: 'o', folder: '/home/kim/shop' }));
  expect(host.Binds).toEqual(['/home/kim/shop:/workspace:ro,z']);
});

it.each<[string, ContainerSpec]>([
  ['a folder of the machine', workspace(volumes('/srv/models:/models:ro'))],
  ['a folder beside the project', workspace(volumes('/home/kim/shop-data:/data'))],
  ["the engine's socket", workspace({ docker: 'host' })],
  ['certificates of the machine', workspace({}, '/etc/ssl/company.pem')],
  [
    'a colon in a path',
    { ...workspace({ folder: '/a' }), project: '/a:b', mounts: [{ kind: 'bind', source: '/a:b', target: '/a' }] },
  ],
])('runs a container with %s without a label, and relabels nothing', async (_, spec) => {
  const { host } = await ask(spec);
  expect(host.Binds).toBeUndefined();
  expect(host.SecurityOpt).toEqual(['label=disable']);
});

it.each<[string, Partial<Environment>, readonly string[] | undefined]>([
  ['a declared label', { securityOptions: ['label=type:container_runtime_t'] }, ['label=type:container_runtime_t']],
  ['all rights', { docker: 'inside' }, undefined],
])('leaves a container with %s to devenv.yaml', async (_, parts, options) => {
  const { host } = await ask(workspace(parts));
  expect([host.Binds, host.SecurityOpt]).toEqual([undefined, options]);
});

it('keeps other security options', async () => {
  const parts = { ...volumes('/srv:/srv'), securityOptions: ['seccomp=unconfined'] };
  expect((await ask(workspace(parts))).host.SecurityOpt).toEqual(['seccomp=unconfined', 'label=disable']);
});

it('asks for nothing of it on an engine without SELinux', async () => {
  const { host } = await ask(workspace(volumes('/srv:/srv')), false);
  expect([host.Binds, host.SecurityOpt]).toEqual([undefined, undefined]);
  expect(bound(host)).toEqual(['/home/kim/shop', '/srv']);
});

it('asks the engine nothing for a container without folders of the machine', async () => {
  const { mounts, ...spec } = workspace();
  expect((await ask({ ...spec, mounts: mounts.filter(({ kind }) => kind !== 'bind') })).calls).toHaveLength(1);
});
