import { importBase } from './base.ts';
import type { Machine } from './machine.ts';

const from = 'devenv-test/base:1';
const whole = 'devenv-test/whole:1';

/** The base of the tests with all of Debian: its package lists are not shortened, and packages have all their files. Gives its name. */
export async function importWholeBase(machine: Machine): Promise<string> {
  if ((await machine.cli(['images', '--quiet', whole])).trim() !== '') return whole;
  await importBase(machine, from);
  // Other sources, so that no shortened lists are taken for its own.
  const script =
    'rm /etc/apt/apt.conf.d/lab && echo force-unsafe-io >/etc/dpkg/dpkg.cfg.d/lab && echo "# all of it" >>/etc/apt/sources.list && apt-get -q update && apt-get install -q -y --reinstall tzdata';
  const id = (await machine.cli(['create', from, 'sh', '-c', script])).trim();
  await machine.cli(['start', '--attach', id]);
  await machine.cli(['commit', id, whole]);
  await machine.cli(['rm', id]);
  return whole;
}
