import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../test/lab/run.ts';
import type { Row } from './rows.ts';
import type { World } from './world.ts';

/** Versions as files, against the engine's own archives. */
export const bundleRows: Readonly<Record<string, (world: World) => Promise<Row>>> = { bundle, 'bundle-delta': delta };

/** A third does not shrink, the rest are programs and texts. */
const gigabyte =
  'mkdir /opt/large; head -c 340000000 /dev/urandom >/opt/large/data; for n in 1 2 3 4; do cp -a /usr /opt/large/$n; done; find /opt -type f -name libgnutls* -delete';

/** A project with 1 GB in version 1, and a pipeline of a shell in its folder. */
async function open(world: World, name: string, script: string) {
  const project = await world.project(name, {
    'devenv.yaml': `version: 1\nname: ${name}\nbase: ${world.base}\nrun: [{name: large, run: "${script}"}]\n`,
  });
  await world.devenv(project, 'up', '--yes');
  const tags = await world.docker(project, 'images', '--format', '{{.Repository}}:{{.Tag}}', `devenv/${name}`);
  const { docker, env } = world.machine;
  return {
    project,
    reference: tags.split('\n').find((tag) => tag.includes(':1-')) ?? '',
    shell: (line: string) => run('bash', ['-c', `set -o pipefail; ${line}`, docker], { cwd: project, env }),
  };
}

async function bundle(world: World): Promise<Row> {
  const { project, reference, shell } = await open(world, 'bundle', gigabyte);
  await world.devenv(project, 'bundle', 'export', '-o', 'shop.tar');
  await world.docker(project, 'save', '-o', 'saved.tar', reference);
  const empty = async (): Promise<void> => {
    // Images go after those that were made from them, one by one: with their layers, nothing of the version is left.
    const images = '"$0" images -aq --no-trunc';
    await shell(`ids=$("$0" ps -aq); [ -z "$ids" ] || "$0" rm -f $ids
      while [ -n "$(${images})" ]; do for id in $(${images}); do "$0" rmi -f $id 2>&1 || :; done; done`);
  };
  const back = async (): Promise<void> => {
    await world.docker(project, 'load', '-q', '-i', 'saved.tar');
    await rm(join(project, 'out'), { force: true });
  };
  return {
    name: 'bundle of 1 GB',
    contenders: [
      {
        name: 'devenv bundle export',
        prepare: back,
        run: () => world.devenv(project, 'bundle', 'export', '-o', 'out'),
      },
      {
        name: 'docker save | zstd -3',
        prepare: back,
        run: () => shell(`"$0" save ${reference} | zstd -q -3 -o out`),
      },
      {
        name: 'devenv bundle import',
        prepare: empty,
        run: () => world.devenv(project, 'bundle', 'import', 'shop.tar'),
      },
      { name: 'docker load', prepare: empty, run: () => world.docker(project, 'load', '-q', '-i', 'saved.tar') },
    ],
    budgets: [
      { first: 'devenv bundle export', others: ['docker save | zstd -3'], most: 0.7 },
      { first: 'devenv bundle import', others: ['docker load'], most: 1.1 },
    ],
    rounds: 3,
  };
}

/** Bytes of a bundle with a change of 100 MB, and of the change alone. */
async function delta(world: World): Promise<Row> {
  const { project, shell } = await open(world, 'delta', 'true');
  await world.devenv(
    project,
    ...[
      'exec',
      '--root',
      'sh',
      '-c',
      'head -c 30000000 /dev/urandom >/opt/data; cp -a /usr/lib /opt/lib; find /opt -type f -name libgnutls* -delete',
    ],
  );
  await world.devenv(project, 'commit', '-m', 'more');
  const container = (await world.docker(project, 'ps', '-q', '--filter', 'label=dev.teamvm.role=workspace')).trim();
  const sizeOf = async (path: string): Promise<number> => (await stat(join(project, path))).size;
  return {
    name: 'bundle of a change',
    unit: 'bytes',
    contenders: [
      {
        name: 'devenv bundle export 1..2',
        run: async () => {
          await world.devenv(project, 'bundle', 'export', '1..2', '-o', 'delta.tar');
          return sizeOf('delta.tar');
        },
      },
      {
        name: 'tar | zstd -3',
        run: async () => {
          await shell(`"$0" exec -u 0 ${container} tar -c -C / opt | zstd -q -f -3 -o change`);
          return sizeOf('change');
        },
      },
      {
        name: 'tar | gzip',
        run: async () => {
          await shell(`"$0" exec -u 0 ${container} tar -c -C / opt | gzip >change.gz`);
          return sizeOf('change.gz');
        },
      },
    ],
    budgets: [{ first: 'devenv bundle export 1..2', others: ['tar | zstd -3'], most: 1.1 }],
    rounds: 1,
  };
}
