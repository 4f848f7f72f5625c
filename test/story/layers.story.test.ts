import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Version } from '../../src/model/version.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { openProject, type Project } from './project.ts';

const mega = 1_000_000;

describeInLab('the layers of versions', (lab) => {
  let project: Project;
  const asRoot = (script: string) => project.run('exec', '--root', 'sh', '-c', script);
  const commit = async (message: string): Promise<Version> => {
    const { version } = await project.json<{ version?: Version }>('commit', '-m', message);
    if (version === undefined) throw new Error('nothing was committed');
    return version;
  };
  const recreate = async (): Promise<void> => {
    await project.run('destroy', '--yes');
    await project.run('up');
  };
  const captures = async () =>
    (await project.machine.cli(['images', '--format', '{{.Tag}}', `devenv/${project.name}`]))
      .split('\n')
      .filter((tag) => tag.startsWith('capture-'));

  beforeAll(async () => {
    project = await openProject(lab.machines.b, 'layers');
    await project.run('up');
  });
  afterAll(() => project.remove());

  it('give back what was deleted in an older version, whichever container made it', async () => {
    await asRoot('head -c 30000000 /dev/urandom > /opt/big; echo kept > /opt/kept');
    const big = await commit('a big file');
    await recreate();
    await asRoot('echo more > /opt/more');
    const small = await commit('a small file');
    await recreate();
    await asRoot('rm /opt/big');
    // Killed once the layers are merged: nothing of it is left, and the same command does it again.
    const killed = await project.attempt(['commit', '-m', 'no big file'], {
      env: { TEAMVM_FAILPOINT: 'commit:merged:kill' },
    });
    expect(killed.status).toBe(137);
    const without = await commit('no big file');
    expect([big.layers, small.layers, without.layers, without.from]).toEqual([3, 4, 3, 1]);
    expect(small.size - without.size).toBeGreaterThan(29 * mega);
    expect(await asRoot('cd /opt; cat kept more; ls')).toBe('kept\nmore\nkept\nmore\n');
    expect(await captures()).toEqual([]);
  });

  it('leave the workspace where it stands, and what comes next on top', async () => {
    expect(await project.json('drift')).toMatchObject({ version: 4, paths: 0 });
    expect(await project.json('up')).toMatchObject({ built: false, operations: [] });
    await asRoot('rm /opt/more; echo next > /opt/next');
    expect(await commit('next')).toMatchObject({ layers: 4, from: 4 });
    await recreate();
    expect(await asRoot('cd /opt; cat *')).toBe('kept\nnext\n');
  });

  it('are not written again where that costs more than it gives back', async () => {
    await asRoot('cd /opt; head -c 8000000 /dev/urandom > a; head -c 4000000 /dev/urandom > b');
    const { number, layers } = await commit('two files');
    await asRoot('rm /opt/b');
    expect(await commit('one file')).toMatchObject({ from: number, layers: layers + 1 });
  });

  it('let a stopped workspace go if a version has its changes, and keep it otherwise', async () => {
    await asRoot('echo last > /opt/last');
    await commit('a last file');
    await asRoot('echo new > /opt/uncommitted');
    await project.run('down');
    const refused = await project.attempt(['destroy', '--yes']);
    expect(refused.stderr).toContain('Changed since the last version: /opt/uncommitted\n');
    await project.run('up');
    await asRoot('rm /opt/uncommitted');
    await project.run('down');
    await project.run('destroy', '--yes');
    await project.run('up');
    expect(await asRoot('cat /opt/last')).toBe('last\n');
  });
});
