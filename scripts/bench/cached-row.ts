import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Row } from './rows.ts';
import type { World } from './world.ts';

/** A build from the base on an engine without images, whose steps are all in the registry, against a pull of their layers. */
export async function cachedSteps(world: World): Promise<Row> {
  const image = `${world.repository}/cached`;
  const base = `${world.repository}/base:1`;
  const yaml = (last = ''): string =>
    `version: 1\nname: cached\nimage: ${image}\nbase: ${base}\nrun:\n${[1, 2, 3, 4]
      .map((step) => `  - {name: s${String(step)}, run: head -c 100000000 /dev/urandom > /opt/s${String(step)}}\n`)
      .join('')}${last}`;
  const project = await world.project('cached', { 'devenv.yaml': yaml('  - {name: last, run: echo 1 > /opt/last}\n') });
  await world.docker(project, 'tag', world.base, base);
  await world.docker(project, 'push', '--quiet', base);
  await world.devenv(project, 'build', '--push', '--cache-to');
  const lockPath = join(project, 'devenv-lock.yaml');
  const lock = await readFile(lockPath, 'utf8');
  const steps = [...lock.matchAll(/^ {2}"?[0-9a-f]{64}"?: "?(sha256:[0-9a-f]{64})/gm)].map(
    ([, digest]) => digest ?? '',
  );
  const sizes = await Promise.all(
    steps.map(async (digest) => {
      const shown = await world.docker(project, 'manifest', 'inspect', '--insecure', `${image}@${digest}`);
      return { digest, layers: (JSON.parse(shown) as { layers: unknown[] }).layers.length };
    }),
  );
  // The image of the last step but one: that of the last is not used.
  const reused = sizes.sort((a, b) => b.layers - a.layers)[1]?.digest ?? '';
  await writeFile(join(project, 'devenv.yaml'), yaml());
  const list = async (): Promise<readonly string[]> => {
    const ids = (await world.docker(project, 'images', '-q', '--no-trunc')).split('\n');
    return [...new Set(ids.filter((id) => id !== ''))];
  };
  const empty = async (): Promise<void> => {
    await writeFile(lockPath, lock);
    // An image goes only after its children, and the list has those of one second in any order.
    for (let images = await list(); images.length > 0; images = await list())
      await world.docker(project, 'rmi', '-f', ...images).catch(() => '');
  };
  return {
    name: 'build with steps from the registry',
    contenders: [
      {
        name: 'devenv build --cache-from',
        prepare: empty,
        run: () => world.devenv(project, 'build', '--yes', '--cache-from'),
      },
      { name: 'docker pull', prepare: empty, run: () => world.docker(project, 'pull', '-q', `${image}@${reused}`) },
    ],
    budgets: [{ first: 'devenv build --cache-from', others: ['docker pull'], most: 1.2 }],
  };
}
