import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { idle, openProject, readyBase, type Project } from './project.ts';

const key =
  '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmUA\n-----END OPENSSH PRIVATE KEY-----\n';

describeInLab('the data that a new teammate starts with', (lab) => {
  let [ann, bob] = [undefined, undefined] as unknown as [Project, Project];
  beforeAll(async () => {
    await Promise.all([lab.login('b'), lab.login('a')]);
    const yaml = [
      `image: ${lab.registry.host}/team/seed`,
      'data: seed',
      `services: {db: {image: ${readyBase}, command: "${idle}", volumes: ["rows:/data", "empty:/empty"]}}\n`,
    ].join('\n');
    [ann, bob] = [
      await openProject(lab.machines.b, 'seed', { yaml }),
      await openProject(lab.machines.a, 'seed', { yaml }),
    ];
  });
  afterAll(async () => {
    await ann.remove();
    await bob.remove();
  });
  const inDb = async ({ machine, folder }: Project, script: string): Promise<string> => {
    const filters = ['--filter', 'label=dev.teamvm.service=db', '--filter', `label=dev.teamvm.folder=${folder}`];
    const id = (await machine.cli(['ps', '-q', ...filters])).trim();
    return (await machine.cli(['exec', '-u', '0', id, 'sh', '-c', script])).trim();
  };
  const volumes = async ({ machine, folder }: Project): Promise<string> =>
    (await machine.cli(['volume', 'ls', '-q', '--filter', `label=dev.teamvm.folder=${folder}`])).trim();
  const hand = async (): Promise<void> =>
    writeFile(join(bob.folder, 'devenv-lock.yaml'), await readFile(join(ann.folder, 'devenv-lock.yaml')));

  it('is searched for secrets before it is sent', async () => {
    await ann.run('up', '--yes');
    await inDb(
      ann,
      `echo one >/data/rows; mkdir -m 700 /data/sub; chown 7:8 /data/sub; printf -- '${key.replaceAll('\n', '\\n')}' >/data/sub/id_rsa`,
    );
    await ann.run('snapshot', 'create');
    await ann.run('push');
    const before = await readFile(join(ann.folder, 'devenv-lock.yaml'), 'utf8');
    const refused = await ann.attempt(['snapshot', 'push', '1']);
    expect([refused.status, refused.stderr]).toEqual([7, expect.stringContaining('/seed/rows/sub/id_rsa')]);
    expect(await readFile(join(ann.folder, 'devenv-lock.yaml'), 'utf8')).toBe(before);
  });

  it('fills all volumes or none, and nothing that is there', async () => {
    await inDb(ann, 'rm /data/sub/id_rsa');
    await ann.run('snapshot', 'create');
    const { seed } = await ann.json<{ seed: { volumes: string[] } }>('snapshot', 'push', '2');
    expect(seed.volumes).toEqual(['empty', 'rows']);
    const seeding = ['--filter', 'name=devenv-seeding-', '--filter', 'label=dev.teamvm.project=seed'];
    expect(await ann.machine.cli(['ps', '-aq', ...seeding])).toBe('');
    await hand();
    expect((await bob.attempt(['up', '--yes'], { env: { TEAMVM_FAILPOINT: 'seed:volumes:kill' } })).status).toBe(137);
    await bob.run('snapshot', 'list');
    await bob.run('up', '--yes');
    expect(await inDb(bob, 'cat /data/rows; stat -c "%a %u:%g" /data/sub; ls -A /empty')).toBe('one\n700 7:8');
    await inDb(bob, 'echo two >>/data/rows');
    await bob.run('destroy', '--yes', '--discard');
    await bob.run('up');
    expect(await inDb(bob, 'cat /data/rows')).toBe('one\ntwo');
    expect((await volumes(bob)).split('\n')).toHaveLength(2);
  });

  it('comes in a bundle to a machine without a registry', async () => {
    const file = join(ann.folder, '../shop.tar');
    await ann.run('bundle', 'export', '--data', '-o', file);
    expect(await ann.json('bundle', 'show', file, '--verify')).toMatchObject({
      data: [{ absent: 0 }],
      versions: [{ number: 1 }],
    });
    await bob.run('destroy', '--yes', '--discard', '--volumes', '--no-snapshot');
    // Without a login, the registry gives it nothing.
    const env = { DOCKER_CONFIG: join(bob.folder, '..') };
    expect((await bob.attempt(['up', '--yes'], { env })).status).toBe(5);
    expect((await bob.attempt(['up', '--yes', '--bundle', file], { env })).status).toBe(0);
    expect(await inDb(bob, 'cat /data/rows; stat -c "%a %u:%g" /data/sub')).toBe('one\n700 7:8');
  });
});
