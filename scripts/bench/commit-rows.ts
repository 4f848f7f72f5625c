import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Contender } from './measure.ts';
import type { Row } from './rows.ts';
import type { World } from './world.ts';

/** The rows about what a person added by hand. */
export const commitRows: Readonly<Record<string, (world: World) => Promise<Row>>> = {
  commit,
  'commit-excluded': commitExcluded,
  'commit-big-base': commitBigBase,
  'commit-nothing': commitNothing,
  'commit-pause': commitPause,
  'drift-clean': driftClean,
  'update-transfer': updateTransfer,
};

/** 3,000 files and 100 MB that no compression makes smaller. */
const fill = 'mkdir -p /opt/bulk /opt/scratch && head -c 105000000 /dev/urandom | split -b 35000 -a 4 - /opt/bulk/f';

async function commit(world: World): Promise<Row> {
  return {
    name: 'commit, 3,000 files, 100 MB',
    contenders: [await byDevenv(world, 'bulk', fill), await byDocker(world, 'bulk', fill)],
    budgets: [{ first: 'devenv commit', others: ['docker commit'], most: 1.2 }],
    rounds: 5,
  };
}

async function commitExcluded(world: World): Promise<Row> {
  const script = `${fill} && echo left > /opt/scratch/out`;
  const yaml = 'commit: {exclude: [/opt/scratch/**]}\n';
  return {
    name: 'commit, 3,000 files, 100 MB, something left out',
    contenders: [await byDevenv(world, 'excluded', script, { yaml }), await byDocker(world, 'excluded', script)],
    budgets: [{ first: 'devenv commit', others: ['docker commit'], most: 2 }],
    rounds: 5,
  };
}

async function commitBigBase(world: World): Promise<Row> {
  const large = 'bench-large:latest';
  const copies = Array.from({ length: 9 }, (_, index) => `cp -a /usr /opt/usr-${String(index)}`).join(' && ');
  await world.docker(world.folder, 'run', '--name', 'bench-large', world.base, 'sh', '-c', copies);
  await world.docker(world.folder, 'commit', '-c', 'CMD ["/bin/bash"]', 'bench-large', large);
  const small = await byDevenv(world, 'small', fill);
  const big = await byDevenv(world, 'large', fill, { base: large });
  return {
    name: 'commit, 3,000 files, 100 MB, base ten times larger',
    contenders: [
      { ...big, name: 'devenv commit, large base' },
      { ...small, name: 'devenv commit, small base' },
    ],
    budgets: [{ first: 'devenv commit, large base', others: ['devenv commit, small base'], most: 1.2 }],
    rounds: 5,
  };
}

async function commitNothing(world: World): Promise<Row> {
  const { folder } = await workspace(world, 'nothing', {});
  return {
    name: 'commit, nothing to do',
    contenders: [{ name: 'devenv commit', run: () => world.devenv(folder, 'commit', '--yes', '-m', 'none') }],
    budgets: [],
    limits: [{ name: 'devenv commit', most: 400 }],
  };
}

/** How long a program in the container stands still: its longest gap, in microseconds, in a file that is in no image. */
const watch = `exec {nothing}<> <(:); longest=0; last=\${EPOCHREALTIME/./}
while :; do read -t 0.001 -u $nothing; now=\${EPOCHREALTIME/./}
if ((now - last > longest)); then longest=$((now - last)); echo $longest > /dev/shm/gap; fi; last=$now; done`;

async function whileWatched(world: World, container: string, work: () => Promise<unknown>): Promise<number> {
  await world.docker(world.folder, 'exec', '-d', container, 'bash', '-c', watch);
  await work();
  return Number(await world.docker(world.folder, 'exec', container, 'cat', '/dev/shm/gap')) / 1000;
}

async function commitPause(world: World): Promise<Row> {
  const own = 'pause of devenv commit, 20,000 paths';
  const allowed = '0.2 s and 1.2 times the pause of docker commit, nothing changed';
  const many = 'mkdir -p /opt/many && cd /opt/many && seq 20000 | split -l 1 -a 4 - f';
  const ours = await byDevenv(world, 'pause', many);
  const { folder, container } = await workspace(world, 'pause', {});
  const theirs = await byDocker(world, 'pause', 'true');
  const inRound = (round: number): string => `round-${String(round)}`;
  return {
    name: 'pause of a commit of 20,000 paths',
    contenders: [
      {
        ...ours,
        name: own,
        run: async (round) =>
          whileWatched(world, await container(inRound(round)), () =>
            world.devenv(folder, 'commit', '--yes', '-m', 'many', '--name', inRound(round)),
          ),
      },
      {
        ...theirs,
        name: allowed,
        run: async (round) =>
          200 + 1.2 * (await whileWatched(world, `bench-pause-${String(round)}`, async () => theirs.run(round))),
      },
    ],
    budgets: [{ first: own, others: [allowed], most: 1 }],
    rounds: 5,
  };
}

async function driftClean(world: World): Promise<Row> {
  const { folder, container } = await workspace(world, 'clean', {});
  return {
    name: 'drift, nothing changed',
    contenders: [
      { name: 'devenv drift', run: () => world.devenv(folder, 'drift') },
      { name: 'docker diff', run: async () => world.docker(folder, 'diff', await container()) },
    ],
    budgets: [],
    limits: [{ name: 'devenv drift', most: 400 }],
  };
}

/** A teammate who has version 1 brings up version 2. */
async function updateTransfer(world: World): Promise<Row> {
  const image = `${world.repository}/update`;
  const { folder, container } = await workspace(world, 'update', { yaml: `image: ${image}\n` });
  await world.devenv(folder, 'push');
  await world.docker(folder, 'exec', await container(), 'sh', '-c', fill);
  const script = 'tar --create --file=- /opt/bulk 2>/dev/null | gzip --stdout | wc --bytes';
  const compressed = Number(await world.docker(folder, 'exec', await container(), 'sh', '-c', script));
  await world.devenv(folder, 'commit', '--yes', '-m', 'bulk');
  await world.devenv(folder, 'push');
  const forget = async (): Promise<void> => {
    await world.devenv(folder, 'destroy', '--yes', '--discard');
    const listed = await world.docker(folder, 'images', '--format', '{{.Repository}}:{{.Tag}} {{.ID}}');
    const newer = listed.split('\n').filter((line) => line.startsWith('devenv/update:2-') || line.startsWith(image));
    const ids = new Set(newer.map((line) => line.split(' ')[1] ?? ''));
    const first =
      listed
        .split('\n')
        .find((line) => line.startsWith('devenv/update:1-'))
        ?.split(' ')[1] ?? '';
    ids.delete(first);
    if (ids.size > 0) await world.docker(folder, 'rmi', '-f', ...ids);
  };
  return {
    name: 'update by a teammate, bytes from the registry',
    unit: 'bytes',
    contenders: [
      {
        name: 'devenv up',
        prepare: forget,
        run: async () => {
          const before = world.lab.registry.transferred().bytesDown;
          await world.devenv(folder, 'up', '--yes');
          return world.lab.registry.transferred().bytesDown - before;
        },
      },
      { name: 'the change, by tar and gzip', run: async () => compressed },
    ],
    budgets: [{ first: 'devenv up', others: ['the change, by tar and gzip'], most: 1.1 }],
    rounds: 2,
  };
}

interface Place {
  readonly folder: string;
  /** Id of a workspace, of the default one unless named. */
  readonly container: (workspace?: string) => Promise<string>;
}

async function workspace(
  world: World,
  name: string,
  { yaml = '', base = world.base }: { readonly yaml?: string; readonly base?: string },
): Promise<Place> {
  const folder = await world.project(name, { 'devenv.yaml': `version: 1\nname: ${name}\nbase: ${base}\n${yaml}` });
  await world.devenv(folder, 'up', '--yes');
  return {
    folder,
    container: async (one = 'main') => {
      const labels = [`project=${name}`, 'role=workspace', `workspace=${one}`];
      const filters = labels.flatMap((label) => ['--filter', `label=dev.teamvm.${label}`]);
      return (await world.docker(folder, 'ps', '-q', ...filters)).trim();
    },
  };
}

/**
 * Each round commits the same kind of change from a new workspace of version 1. Those of earlier rounds stay: what was
 * just deleted makes writing many files slow (see openWorld), for devenv and the engine alike.
 */
async function byDevenv(
  world: World,
  name: string,
  script: string,
  options: { readonly yaml?: string; readonly base?: string } = {},
): Promise<Contender> {
  const { folder, container } = await workspace(world, name, options);
  const lock = await readFile(join(folder, 'devenv-lock.yaml'), 'utf8');
  const inRound = (round: number): string => `round-${String(round)}`;
  return {
    name: 'devenv commit',
    prepare: async (round) => {
      await writeFile(join(folder, 'devenv-lock.yaml'), lock);
      await world.devenv(folder, 'up', '--yes', '--name', inRound(round));
      await world.docker(folder, 'exec', '-u', '0', await container(inRound(round)), 'sh', '-c', script);
    },
    run: (round) => world.devenv(folder, 'commit', '--yes', '-m', 'bulk', '--name', inRound(round)),
  };
}

async function byDocker(world: World, name: string, script: string): Promise<Contender> {
  const inRound = (round: number): string => `bench-${name}-${String(round)}`;
  return {
    name: 'docker commit',
    prepare: async (round) => {
      await world.docker(world.folder, 'run', '-d', '--name', inRound(round), world.base, 'sleep', 'infinity');
      await world.docker(world.folder, 'exec', inRound(round), 'sh', '-c', script);
    },
    run: (round) => world.docker(world.folder, 'commit', inRound(round), inRound(round)),
  };
}
