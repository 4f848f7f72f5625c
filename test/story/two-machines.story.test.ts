import { existsSync, readdirSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bootstrapped } from '../lab/lab-engines.ts';
import { run } from '../lab/run.ts';
import { wide } from '../lab/choose-machines.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import type { Lab } from '../lab/lab.ts';
import { devenv, tryDevenv, type Surroundings } from './devenv.ts';
import { aptInstall } from './project.ts';

/** In the wide run another test takes its base from this machine, too, at any moment. */
const include = wide ? [] : bootstrapped.base.include;

const config = (registry: string): string => `version: 1
name: shop
image: ${registry}/shop/env
base: {bootstrap: bookworm, include: [${include.join(', ')}]}
packages:
  apt: [ca-certificates]
`;

/** Bytes that one machine fetched from the registry while `work` ran. */
async function downloads(lab: Lab<'a' | 'b'>, machine: 'a' | 'b', work: () => Promise<unknown>): Promise<number> {
  const before = lab.registry.transferred().downloaded.length;
  await work();
  const blobs = lab.registry.transferred().downloaded.slice(before);
  return blobs.filter(({ client }) => client === lab.machines[machine].ip).reduce((sum, { bytes }) => sum + bytes, 0);
}

describeInLab('one team, two machines', (lab) => {
  let folder: string;
  let origin: string;
  const on = (machine: 'a' | 'b'): Surroundings => ({ folder: join(folder, machine, 'shop'), env: homeOf(machine) });
  const homeOf = (machine: 'a' | 'b'): Record<string, string> => ({
    ...lab.machines[machine].env,
    XDG_STATE_HOME: join(folder, machine, 'state'),
    XDG_CACHE_HOME: join(folder, machine, 'cache'),
    GIT_CONFIG_COUNT: '2',
    GIT_CONFIG_KEY_0: 'user.name',
    GIT_CONFIG_VALUE_0: `Person ${machine.toUpperCase()}`,
    GIT_CONFIG_KEY_1: 'user.email',
    GIT_CONFIG_VALUE_1: `${machine}@example.com`,
  });
  const git = (machine: 'a' | 'b', ...args: string[]) =>
    run('git', args, { cwd: join(folder, machine, 'shop'), env: homeOf(machine) });
  const verify = async (machine: 'a' | 'b') =>
    JSON.parse(await devenv(['verify', '--json'], on(machine))) as {
      fingerprint: string;
      content: string;
      identical: boolean;
    };

  beforeAll(async () => {
    await lab.login('a');
    await lab.login('b');
    folder = await mkdtemp(join(tmpdir(), 'devenv-story-'));
    origin = join(folder, 'origin.git');
    await run('git', ['init', '--quiet', '--bare', '--initial-branch=main', origin]);
    await mkdir(join(folder, 'a/cache/teamvm'), { recursive: true });
    await mkdir(join(folder, 'b'));
    // Where another test has assembled the base by now, that is not done again.
    const assembled = join(lab.folder, bootstrapped.cache, 'bases');
    const whole = existsSync(assembled) && readdirSync(assembled).some((name) => name.endsWith('.sha256'));
    if (whole) await cp(assembled, join(folder, 'a/cache/teamvm/bases'), { recursive: true });
    await run('git', ['clone', '--quiet', origin, join(folder, 'a/shop')]);
  });

  afterAll(async () => {
    for (const machine of ['a', 'b'] as const) await tryDevenv(['destroy', '--yes', '--discard'], on(machine));
    await rm(folder, { recursive: true, force: true });
  });

  it('builds the environment on A and lets a person work in it', async () => {
    await writeFile(join(folder, 'a/shop/devenv.yaml'), config(lab.registry.host));
    await devenv(['up'], on('a'));
    expect(await devenv(['exec', 'sh', '-c', 'pwd; ls'], on('a'))).toBe('/workspace\ndevenv-lock.yaml\ndevenv.yaml\n');
    expect((await tryDevenv(['exec', 'jq', '--version'], on('a'))).status).not.toBe(0);
  });

  it('does nothing at a second up', async () => {
    const again = JSON.parse(await devenv(['up', '--json'], on('a'))) as { operations: unknown[]; built: boolean };
    expect(again).toMatchObject({ operations: [], built: false });
  });

  it('captures what was installed by hand on A as version 2, and pushes it', async () => {
    await devenv(['exec', '--root', 'sh', '-c', `${aptInstall} jq`], on('a'));
    const refused = await tryDevenv(['destroy', '--yes'], on('a'));
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('no version has');
    await devenv(['commit', '-m', 'add jq'], on('a'));
    expect(await devenv(['commit', '-m', 'again'], on('a'))).toContain('Nothing to commit');
    await devenv(['push'], on('a'));
    const lock = await readFile(join(folder, 'a/shop/devenv-lock.yaml'), 'utf8');
    expect(lock).toContain('current: 2');
    expect(lock).toContain('Person A');
    await git('a', 'add', 'devenv.yaml', 'devenv-lock.yaml');
    await git('a', 'commit', '--quiet', '-m', 'Add jq');
    await git('a', 'push', '--quiet', 'origin', 'main');
  });

  it('gives B the identical workspace after git clone and one up, without building', async () => {
    await run('git', ['clone', '--quiet', origin, join(folder, 'b/shop')]);
    const came = JSON.parse(await devenv(['up', '--json'], on('b'))) as { built: boolean; version: number };
    expect(came).toMatchObject({ built: false, version: 2 });
    expect(await devenv(['exec', 'jq', '--version'], on('b'))).toMatch(/^jq-1/);
    const [a, b] = [await verify('a'), await verify('b')];
    expect(b).toEqual(a);
    expect(a.identical).toBe(true);
  });

  it('brings what B commits to A with one up, and moves only the new layer', async () => {
    await devenv(['exec', '--root', 'sh', '-c', 'head -c 3000000 /dev/urandom > /opt/data.bin'], on('b'));
    await devenv(['commit', '-m', 'add data'], on('b'));
    await devenv(['push'], on('b'));
    await git('b', 'commit', '--quiet', '-am', 'Add data');
    await git('b', 'push', '--quiet', 'origin', 'main');
    await git('a', 'pull', '--quiet', 'origin', 'main');
    const moved = await downloads(lab, 'a', () => devenv(['up'], on('a')));
    expect(moved).toBeGreaterThan(3_000_000);
    expect(moved).toBeLessThan(3_000_000 * 1.1);
    expect(await devenv(['exec', 'wc', '-c', '/opt/data.bin'], on('a'))).toBe('3000000 /opt/data.bin\n');
    const [a, b] = [await verify('a'), await verify('b')];
    expect(a).toEqual(b);
    expect(a.identical).toBe(true);
  });

  it('lists who made which version, and goes back to an older one', async () => {
    const { versions } = JSON.parse(await devenv(['history', '--json'], on('a'))) as {
      versions: { number: number; author: string; message: string }[];
    };
    expect(versions.map(({ number, author, message }) => [number, author, message])).toMatchObject([
      [1, 'Person A <a@example.com>', expect.any(String)],
      [2, 'Person A <a@example.com>', 'add jq'],
      [3, 'Person B <b@example.com>', 'add data'],
    ]);
    await devenv(['rollback', '2'], on('a'));
    await devenv(['up'], on('a'));
    expect((await tryDevenv(['exec', 'test', '-e', '/opt/data.bin'], on('a'))).status).toBe(1);
    expect(await devenv(['exec', 'jq', '--version'], on('a'))).toMatch(/^jq-1/);
    expect((await verify('a')).identical).toBe(true);
  });
});
