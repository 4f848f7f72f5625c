import { mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { observeTrust, requireTrust } from '../../src/containers/require-trust.ts';
import { revokeTrust, writeTrust } from '../../src/containers/trust-record.ts';
import { parse } from 'yaml';
import { normalise } from '../../src/environment/normalise.ts';
import { projectCommandFiles } from '../../src/adapters/host/project-command-files.ts';
import { noProxies, type Proxies } from '../../src/model/network/proxies.ts';
import { NodeHostFiles } from '../../src/adapters/host/node-host-files.ts';
import { observeThisMachine } from '../../src/adapters/host/this-machine.ts';

/** Somebody at the terminal who gives one answer to everything; absent: nobody. */
function worldOf(stateFolder: string, answer?: boolean, proxies: Proxies = noProxies) {
  const told: string[] = [];
  return {
    told,
    files: new NodeHostFiles(),
    machine: { ...observeThisMachine(), stateFolder },
    clock: Date,
    network: () => Promise.resolve({ proxies, logins: [] }),
    variables: {} as Record<string, string>,
    commandFiles: projectCommandFiles,
    progress: {
      task: () => ({ update() {}, transfer() {}, done() {}, fail() {} }),
      tasks: () => [],
      note: (line: string) => void told.push(line),
    },
    prompt: {
      interactive: answer !== undefined,
      // With --yes, every question is answered with yes, and nobody is there.
      confirm: async () => answer ?? true,
      choose: async () => [],
      assign: async () => [],
      pick: async () => '',
      secret: async () => '',
    },
  };
}

describe('trust', () => {
  let folder: string;
  const state = (): string => join(folder, 'state');
  const subject = (yaml: string) => ({
    folder,
    environment: normalise(parse(`name: x\nbase: debian:12\n${yaml}`)),
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'devenv-trust-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const mount = 'volumes: ["/srv/x:/x"]\n';

  it('is not needed for what stays in the containers', async () => {
    await requireTrust(worldOf(state()), subject('ports: [3000]\nvolumes: ["data:/data", "./conf:/conf"]'));
  });

  it('is refused where nobody is there to give it, whatever else was agreed to', async () => {
    await expect(requireTrust(worldOf(state()), subject(mount))).rejects.toMatchObject({
      code: 'NOT_TRUSTED',
      exitCode: 9,
      data: { needs: [{ kind: 'mount', where: 'volumes', content: '/srv/x at /x, to read and write' }] },
    });
  });

  it.each(['proxy: true\n', 'services: {db: {image: a, proxy: true}}\n'])(
    'is needed for a proxy with a password, and for no other: %j',
    async (yaml) => {
      const https = 'http://kim:hunter22@proxy.test:3128';
      const behind = (address: string): Proxies => ({ ...noProxies, https: address });
      const refused = requireTrust(worldOf(state(), undefined, behind(https)), subject(yaml));
      await expect(refused).rejects.toMatchObject({
        ...{ code: 'NOT_TRUSTED', message: expect.stringMatching(/proxy: gets your proxy, with its password$/) },
        data: { needs: [{ kind: 'proxy' }] },
      });
      await requireTrust(worldOf(state()), subject(yaml));
      await requireTrust(worldOf(state(), undefined, behind('http://proxy.test:3128')), subject(yaml));
      await requireTrust(worldOf(state(), undefined, behind(https)), subject('services: {}\n'));
      await requireTrust(worldOf(state(), true, behind(https)), subject(yaml));
      await requireTrust(worldOf(state(), undefined, behind(https)), subject(yaml));
    },
  );

  it('is kept when given, and ends when what it is about changes', async () => {
    await requireTrust(worldOf(state(), true), subject(mount));
    await requireTrust(worldOf(state()), subject(mount));
    await requireTrust(worldOf(state()), subject(`ports: [1]\nservices: {}\n${mount}`));
    const changed = worldOf(state(), false);
    await expect(requireTrust(changed, subject('volumes: ["/srv/x:/x", "/etc:/e:ro"]'))).rejects.toThrow();
    expect(changed.told.filter((line) => line.startsWith('+ '))).toEqual(['+ volumes: mounts /etc at /e, to read']);
    // A "no" takes nothing away.
    await requireTrust(worldOf(state()), subject(mount));
  });

  it('holds for one folder, and can be ended', async () => {
    const world = worldOf(state());
    await writeTrust(world, folder, await observeTrust(world, subject(mount)));
    const moved = { ...subject(mount), folder: tmpdir() };
    expect(await observeTrust(world, moved)).toMatchObject({ trusted: false });
    expect(await revokeTrust(world, folder)).toBe(true);
    expect(await revokeTrust(world, folder)).toBe(false);
    expect(await observeTrust(world, subject(mount))).toMatchObject({ trusted: false });
  });

  it('is needed for a folder of the project that leads out of it, and for another when the link changes', async () => {
    const world = worldOf(state());
    await symlink('/etc', join(folder, 'data'));
    const linked = subject('volumes: ["./data:/data"]');
    const trust = await observeTrust(world, linked);
    expect(trust).toMatchObject({ trusted: false, needs: [{ kind: 'mount' }] });
    await writeTrust(world, folder, trust);
    expect(await observeTrust(world, linked)).toMatchObject({ trusted: true });
    await rm(join(folder, 'data'));
    await symlink('/var', join(folder, 'data'));
    expect(await observeTrust(world, linked)).toMatchObject({ trusted: false });
  });

  it('says what was agreed to in its record', async () => {
    const world = worldOf(state());
    await writeTrust(world, folder, await observeTrust(world, subject(mount)));
    const [file = ''] = await readdir(state());
    expect(JSON.parse(await readFile(join(state(), file), 'utf8'))).toMatchObject({
      folder,
      needs: [{ content: '/srv/x at /x, to read and write' }],
    });
  });
});
