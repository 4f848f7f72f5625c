import { importBase } from './base.ts';
import type { Machine } from './machine.ts';

const from = 'devenv-test/base:1';

/**
 * The base of the tests with all of Debian: its package lists are not
 * shortened, packages have all their files, and `packages` are there. Gives its name.
 */
export async function importWholeBase(machine: Machine, packages: readonly string[] = []): Promise<string> {
  const whole = `devenv-test/${['whole', ...packages].join('-')}:1`;
  if ((await machine.cli(['images', '--quiet', whole])).trim() !== '') return whole;
  await importBase(machine, from);
  const script = [
    'rm /etc/apt/apt.conf.d/lab && echo force-unsafe-io >/etc/dpkg/dpkg.cfg.d/lab',
    // Other sources, so that no shortened lists are taken for its own.
    'echo "# all of it" >>/etc/apt/sources.list && apt-get -q update && apt-get install -q -y --reinstall tzdata',
    `apt-get install -q -y --no-install-recommends ca-certificates ${packages.join(' ')} && apt-get clean`,
  ].join(' && ');
  const id = (await machine.cli(['create', from, 'sh', '-c', script])).trim();
  await machine.cli(['start', '--attach', id]);
  await machine.cli(['commit', id, whole]);
  await machine.cli(['rm', id]);
  return whole;
}
