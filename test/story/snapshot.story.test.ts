import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseMachines, wide } from '../lab/choose-machines.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import type { Machine } from '../lab/machine.ts';
import { openProject, readyBase, type Project } from './project.ts';

const yaml = `services:
  keeper:
    image: ${readyBase}
    command: ["sh", "-c", "trap exit TERM; while :; do sleep 1 & wait $!; done"]
    volumes: ["stuff:/stuff"]
`;

/** Names of the containers of a project and the volume of its service. */
interface Names {
  readonly workspace: string;
  readonly keeper: string;
}

describeInLab('a snapshot', (lab) => {
  /** A project that is up, on a machine. */
  const open = async (
    machine: Machine,
    name: string,
  ): Promise<{ readonly project: Project; readonly names: Names }> => {
    const project = await openProject(machine, name, { yaml });
    await project.run('up', '--yes');
    const containers = (await project.containers()).map((line) => line.split(' ')[0] ?? '');
    const keeper = containers.find((each) => each.endsWith('.keeper')) ?? '';
    return { project, names: { keeper, workspace: keeper.replace(/\.keeper$/, '') } };
  };
  const sh = (machine: Machine, container: string, script: string): Promise<string> =>
    machine.cli(['exec', '-u', '0', container, 'sh', '-c', script]);
  const numbers = async (project: Project): Promise<readonly number[]> => {
    const { snapshots } = await project.json<{ snapshots: readonly { number: number }[] }>('snapshot', 'list');
    return snapshots.map(({ number }) => number);
  };

  describe.each(chooseMachines(['b'], ['b', 'c', 'podman']))('on machine %s', (kind) => {
    const machine = lab.machines[kind];
    let project: Project;
    let names: Names;

    beforeAll(async () => {
      ({ project, names } = await open(machine, 'snap'));
    });
    afterAll(() => project.remove());

    /** As the engine lists them. A folder that was made anew is listed in another way where it is in a layer. */
    const changes = async (): Promise<string> => {
      const rows = (await machine.cli(['diff', names.workspace])).split('\n');
      return rows
        .filter((row) => !row.includes('/usr/share/doc/apt'))
        .sort()
        .join('\n');
    };

    it('brings back file system and volumes exactly', async () => {
      await sh(machine, names.keeper, manyKinds);
      await sh(machine, names.workspace, drift);
      const tree = await sh(machine, names.workspace, inWorkspace);
      const kept = [await sh(machine, names.keeper, manifest), await changes()];
      const { paths } = await project.json<{ paths: number }>('drift');
      const verified = JSON.parse((await project.attempt(['verify', '--json'])).stdout) as { differences: unknown };
      const unsaved = { what: 'uncommitted changes', expected: '0', found: String(paths) };
      expect(verified.differences, 'counted as drift counts them').toEqual([unsaved]);

      const { snapshot } = await project.json<{ snapshot: { pauses: readonly { name: string; held: number }[] } }>(
        ...['snapshot', 'create', '--message', 'all kinds'],
      );
      expect(snapshot.pauses.map(({ name }) => name).sort()).toEqual(['keeper', 'workspace']);
      expect(snapshot.pauses.every(({ held }) => held > 0)).toBe(true);
      expect(await project.containers(), 'everything runs on').toEqual(expect.arrayContaining(running(names)));

      await sh(machine, names.keeper, 'cd /stuff; rm -rf kinds .hidden; echo later >later; chmod 755 .; chown 0:0 .');
      await sh(
        machine,
        names.workspace,
        'echo later >/etc/issue; rm -r /opt/tool; rm /usr/share/doc/later; echo 1 >/opt/later',
      );
      await project.run('snapshot', 'restore', '1', '--yes');

      const now = [await sh(machine, names.keeper, manifest), await changes()];
      expect(now[0]).toBe(kept[0]);
      expect(now[1], 'the same drift').toBe(kept[1]);
      expect(await sh(machine, names.workspace, inWorkspace)).toBe(tree);
      expect(await project.containers()).toEqual(expect.arrayContaining(running(names)));
      expect((await project.json<{ operations: unknown[] }>('up')).operations, 'it stands at its version').toEqual([]);

      await project.run('snapshot', 'restore', '2', '--yes', '--no-snapshot');
      expect(await sh(machine, names.keeper, 'cat /stuff/later; ls /stuff'), 'what there was before came back').toBe(
        'later\nlater',
      );
      expect(await numbers(project)).toEqual([1, 2]);
      await project.run('reset', '--yes', '--no-snapshot');
      expect(await sh(machine, names.workspace, 'ls /opt'), 'and not refused: nobody worked in it').toBe('');
    });
  });

  describe('that is killed', () => {
    const machine = lab.machines.b;
    let project: Project;
    let names: Names;
    let stuff: string;
    const left = async (): Promise<readonly string[]> => {
      const filter = [
        '--filter',
        `label=dev.teamvm.folder=${project.folder}`,
        '--filter',
        'label=dev.teamvm.role=snapshot',
      ];
      const volumes = await machine.cli(['volume', 'ls', ...filter, '--format', '{{.Name}}']);
      const images = await machine.cli(['images', `devenv-snapshot/${names.workspace}`, '--format', '{{.Tag}}']);
      // Other tests have helpers on this machine, too.
      const helpers = ['ps', '-aq', '--filter', 'label=dev.teamvm.role=helper', '--filter'];
      const workspace = await machine.cli(['inspect', '--format', '{{.Id}}', names.workspace]);
      const ofWorkspace = await machine.cli([...helpers, `label=dev.teamvm.origin=${workspace}`]);
      const ofVolume = await machine.cli([...helpers, `volume=${stuff}`]);
      return [volumes, images, ofWorkspace, ofVolume].join('\n').split('\n').filter(Boolean);
    };
    const write = async (state: string): Promise<void> => {
      await sh(machine, names.keeper, `echo ${state} >/stuff/state`);
      await sh(machine, names.workspace, `echo ${state} >/opt/state`);
    };
    const read = async (): Promise<readonly string[]> => [
      await sh(machine, names.keeper, 'cat /stuff/state; ls -A /stuff'),
      await sh(machine, names.workspace, 'cat /opt/state'),
    ];

    beforeAll(async () => {
      ({ project, names } = await open(machine, 'killed-snap'));
      const mounts = '{{range .Mounts}}{{if eq .Destination "/stuff"}}{{.Name}}{{end}}{{end}}';
      stuff = await machine.cli(['inspect', '--format', mounts, names.keeper]);
      await write('old');
    });
    afterAll(() => project.remove());

    it.each(wide ? ['intent', 'ready', 'still', 'copied'] : ['ready', 'copied'])(
      'at snapshot:%s leaves none, and everything running',
      async (point) => {
        const env = { TEAMVM_FAILPOINT: `snapshot:${point}:kill` };
        expect((await project.attempt(['snapshot', 'create'], { env })).status).toBe(137);
        expect(await numbers(project)).toEqual([]);
        expect(await project.containers()).toEqual(expect.arrayContaining(running(names)));
        expect(await left()).toEqual([]);
      },
    );

    it('is there once it was marked', async () => {
      const env = { TEAMVM_FAILPOINT: 'snapshot:marked:kill' };
      expect((await project.attempt(['snapshot', 'create'], { env })).status).toBe(137);
      expect(await numbers(project)).toEqual([1]);
    });

    it('while the disk is full leaves none, and everything running', async () => {
      const env = { TEAMVM_FAILPOINT: 'snapshot:still:enospc' };
      expect((await project.attempt(['snapshot', 'create'], { env })).status).not.toBe(0);
      expect(await project.containers()).toEqual(expect.arrayContaining(running(names)));
      expect(await numbers(project)).toEqual([1]);
    });

    const few = [
      ['made', 'new'],
      ['exchanged', 'old'],
      ['renamed', 'old'],
    ];
    const others = [
      ['intent', 'new'],
      ['stopped', 'new'],
      ['ready', 'new'],
      ['removed', 'old'],
    ];
    it.each(wide ? [...few, ...others] : few)(
      'in a restore at restore:%s is undone or finished: the %s state',
      async (point, state) => {
        await write('new');
        const env = { TEAMVM_FAILPOINT: `restore:${point}:kill` };
        const restore = ['snapshot', 'restore', '1', '--yes', '--no-snapshot'];
        expect((await project.attempt(restore, { env })).status).toBe(137);
        await project.run('snapshot', 'list');
        expect(await read()).toEqual([`${state}\nstate`, state]);
        expect((await project.containers()).slice().sort()).toEqual(running(names).sort());
      },
    );

    it('goes with rm, and leaves nothing', async () => {
      await project.run('snapshot', 'rm', '1', '--yes');
      expect(await left()).toEqual([]);
      expect((await project.attempt(['snapshot', 'restore', '1', '--yes'])).status).toBe(2);
    });

    it('is taken by itself before a destroy, and brings the data back', async () => {
      await write('precious');
      await project.run('destroy', '--volumes', '--discard', '--yes');
      expect(await project.containers()).toEqual([]);
      await project.run('snapshot', 'restore', '1', '--yes');
      await project.run('up');
      expect(await read()).toEqual(['precious\nstate', 'precious']);
    });
  });
});

const running = ({ workspace, keeper }: Names): string[] => [`${workspace} running`, `${keeper} running`];

/** Owners, modes, links, holes, attributes, odd names, times. */
const manyKinds = `set -e; cd /stuff; mkdir -p kinds/empty .hidden; head -c 3000000 /dev/urandom >kinds/random
for n in $(seq 1 50); do head -c 3000 /dev/urandom >.hidden/$n; done
ln kinds/random kinds/twin; ln -s ../nowhere kinds/dangling; mkfifo kinds/fifo; truncate -s 20M kinds/holes; echo x >>kinds/holes
touch "kinds/$(printf 'a\\nb\\377')" kinds/-f; chown 70000:70001 kinds/random; chmod 4751 kinds/random; chmod 1700 kinds/empty
touch -d '2001-02-03 04:05:06.789012345' kinds/empty kinds; chmod 1770 .; chown 7:8 .; touch -d '2001-02-03 04:05:06' .`;

/** The size of a folder is its file system's own affair. */
const inWorkspace = `find /opt /etc/issue /usr/share/doc/apt /usr/share/doc/later /usr/local/bin -printf '%p %y %m %U:%G %l ' \\
  \\( -type d -printf '\\n' -o -printf '%s\\n' \\) | sort; cat /etc/issue`;

const manifest = `cd /stuff; find . -printf '%p %y %m %U:%G %s %b %n %l %T@\\n' | sort; find . -type f -print0 | sort -z | xargs -0 md5sum`;

const drift = `echo changed >/etc/issue; mkdir -p /opt/tool/bin; echo tool >/opt/tool/bin/tool; chmod 755 /opt/tool/bin/tool
chown -R 1234:1234 /opt/tool; rm -r /usr/share/doc/apt; mkdir /usr/share/doc/apt; echo new >/usr/share/doc/apt/new; echo 1 >/usr/share/doc/later
rm /etc/debian_version; ln -s /opt/tool/bin/tool /usr/local/bin/tool`;
