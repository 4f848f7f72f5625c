import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { basebackup, Postgres, postgres } from '../../test/story/postgres.ts';
import { openProject } from '../../test/story/project.ts';
import { fillGigabyte } from './fill-gigabyte.ts';
import type { Contender } from './measure.ts';
import type { Row } from './rows.ts';
import type { World } from './world.ts';

const own = 'its pause of the service';
const alone = 'tar alone';
const waiting = 'longest wait of PostgreSQL';

/**
 * 1 GB in one volume, copied on the same engine; how long the service that has it stands still for that; and
 * how long whoever writes into a database has to wait that is copied by its own
 * means.
 */
export async function snapshot(world: World): Promise<Row> {
  return {
    name: 'snapshot of 1 GB',
    contenders: [...(await large(world)), await quiesced(world)],
    budgets: [
      { first: 'devenv snapshot create', others: ['docker run tar'], most: 1.3 },
      { first: own, others: [alone], most: 1 },
    ],
    limits: [{ name: waiting, most: 300 }],
    rounds: 5,
  };
}

interface Taken {
  readonly snapshot: { readonly pauses: readonly { readonly name: string; readonly held?: number }[] };
}

async function large(world: World): Promise<readonly Contender[]> {
  const { project, volume } = await fillGigabyte(world, 'snapshot');
  const mounts = ['-v', `${volume}:/d:ro`, '-v', 'bench-tar:/t'];
  const timed = 'TIMEFORMAT=%R; time tar -cf /t/data.tar -C /d . 2>&1';
  let [held, took] = [Number.NaN, Number.NaN];
  return [
    {
      name: 'devenv snapshot create',
      prepare: () => world.devenv(project, 'snapshot', 'prune', '--keep', '0', '--yes'),
      run: async () => {
        const taken = JSON.parse(await world.devenv(project, 'snapshot', 'create', '--json')) as Taken;
        held = taken.snapshot.pauses.find(({ name }) => name === 'keeper')?.held ?? Number.NaN;
      },
    },
    { name: own, run: async () => held },
    {
      name: 'docker run tar',
      prepare: () => world.docker(project, 'volume', 'rm', '-f', 'bench-tar'),
      run: async () => {
        const said = await world.docker(
          project,
          'run',
          '--rm',
          ...mounts,
          world.base,
          'bash',
          '-c',
          `{ ${timed}; } 2>&1`,
        );
        took = Number(said) * 1000;
      },
    },
    { name: alone, run: async () => took },
  ];
}

/** A real server into which rows are written, each as soon as the one before it was. */
async function quiesced({ machine, folder }: World): Promise<Contender> {
  const project = await openProject(machine, 'bench-postgres', {
    folder: join(folder, 'postgres/project'),
    yaml: `services:\n${postgres}${basebackup}`,
  });
  await project.run('up', '--yes');
  const db = new Postgres(project);
  await db.ask('create table written (writer int, id int, filler text, primary key (writer, id))');
  await db.ask('create table large as select id, repeat(md5(id::text), 30) from generate_series(1, 40000) as id');
  return {
    name: waiting,
    prepare: async () => {
      await project.run('snapshot', 'prune', '--keep', '0', '--yes');
      await db.ask('truncate written');
    },
    run: async () => {
      const { answers, stop } = await db.write(1);
      await sleep(500);
      await project.run('snapshot', 'create');
      await sleep(500);
      await stop();
      return Math.max(...answers.slice(1).map((at, index) => at - (answers[index] ?? 0)));
    },
  };
}
