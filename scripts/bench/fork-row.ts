import { fillGigabyte } from './fill-gigabyte.ts';
import type { Row } from './rows.ts';
import type { World } from './world.ts';

const gone = ['--volumes', '--discard', '--no-snapshot', '--yes'];

/** A fork of a workspace with 1 GB in a volume, against a plain copy of that volume on the same engine. */
export async function fork(world: World): Promise<Row> {
  const { project, volume } = await fillGigabyte(world, 'fork');
  return {
    name: 'fork with 1 GB',
    contenders: [
      {
        name: 'devenv fork',
        prepare: () => world.devenv(project, 'destroy', '--name', 'copy', ...gone),
        run: () => world.devenv(project, 'fork', 'copy'),
      },
      {
        name: 'docker run cp -a',
        prepare: () => world.docker(project, 'volume', 'rm', '-f', 'bench-copy'),
        run: () =>
          world.docker(
            ...[project, 'run', '--rm', '-v', `${volume}:/d:ro`, '-v', 'bench-copy:/t'],
            ...[world.base, 'cp', '-a', '/d/.', '/t'],
          ),
      },
    ],
    budgets: [{ first: 'devenv fork', others: ['docker run cp -a'], most: 1.3 }],
    rounds: 5,
  };
}

/** A fork of a workspace with 1 GB in its volume, on a file system where files can share blocks, against the start of a container. */
export async function forkReflink(world: World): Promise<Row> {
  const { project } = await fillGigabyte(world, 'fork', 'workspace');
  const start = 'docker run -d';
  return {
    name: 'fork with 1 GB, shared blocks',
    contenders: [
      {
        name: 'devenv fork',
        prepare: () => world.devenv(project, 'destroy', '--name', 'copy', ...gone),
        run: () => world.devenv(project, 'fork', 'copy'),
      },
      {
        name: start,
        prepare: () => world.docker(project, 'rm', '-f', 'bench-started'),
        run: () => world.docker(project, 'run', '-d', '--name', 'bench-started', world.base, 'sleep', 'infinity'),
      },
    ],
    budgets: [],
    limits: [{ name: 'devenv fork', beyond: start, most: 300 }],
    rounds: 10,
  };
}
