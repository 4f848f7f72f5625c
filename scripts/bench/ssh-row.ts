import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../test/lab/run.ts';
import type { Row } from './rows.ts';
import type { World } from './world.ts';

/** A command by OpenSSH over a connection that is open, against the engine's own. */
export async function ssh(world: World): Promise<Row> {
  const project = await world.project('reached', {
    'devenv.yaml': `version: 1\nname: reached\nbase: ${world.base}\npackages: {apt: [openssh-server]}\n`,
  });
  await world.devenv(project, 'up', '--yes');
  const config = join(world.folder, 'ssh-config');
  await writeFile(config, await world.devenv(project, 'ssh-config', '--print'));
  const container = (await world.docker(project, 'ps', '-q', '--filter', `label=dev.teamvm.folder=${project}`)).trim();
  const { env } = world.machine;
  const call = (...args: string[]): Promise<string> => run('ssh', ['-F', config, ...args], { cwd: project, env });
  await call('reached.devenv', 'true');
  return {
    name: 'ssh true, warm',
    rotate: true,
    contenders: [
      { name: 'ssh', run: () => call('reached.devenv', 'true') },
      { name: 'docker exec', run: () => world.docker(project, 'exec', container, 'true') },
    ],
    budgets: [{ first: 'ssh', others: ['docker exec'], most: 1.5 }],
    rounds: 20,
    end: async () => void (await call('-O', 'exit', 'reached.devenv')),
  };
}
