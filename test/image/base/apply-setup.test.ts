import { expect, it } from 'vitest';
import { applySetup } from '../../../src/image/base/apply-setup.ts';
import type { RunResult } from '../../../src/ports/processes.ts';
import { FakeProcesses } from '../../fakes/fake-processes.ts';
import { FakeProgress } from '../../fakes/fake-progress.ts';

const address = 'http://kim:hunter22@proxy.test:3128';
const operation = { title: 'installing x', done: 'Installed x.', commands: [['apt-get', 'install', 'x']] };

async function install(result: Partial<RunResult>) {
  const processes = new FakeProcesses();
  const progress = new FakeProgress();
  const given: unknown[] = [];
  processes.programs['sudo'] = (_, { env }) => (given.push(env?.['https_proxy']), result);
  const network = { proxies: { https: address, direct: [], sources: {} }, logins: [] };
  const done = applySetup({ processes, progress }, operation, { sudo: true, done: [], code: 'BASE_FAILED', network });
  return { processes, given, done };
}

it('keeps the proxies through sudo by their names, never by their values', async () => {
  const { processes, given, done } = await install({});
  expect(await done).toBe('Installed x.');
  expect(given).toEqual([address]);
  expect(processes.ran).toEqual([expect.stringMatching(/^sudo -n --preserve-env=https_proxy,HTTPS_PROXY,\S* apt-get/)]);
  expect(processes.ran.join()).not.toContain('hunter22');
});

it('shows no password, and says with status 5 that the proxy wants a login', async () => {
  const failed = await install({ exitCode: 1, stderr: `E: ${address} is odd\n` });
  await expect(failed.done).rejects.toMatchObject({
    code: 'BASE_FAILED',
    message: expect.stringContaining('kim:***@'),
  });
  const denied = await install({ exitCode: 100, stderr: 'E: … 407  Proxy Authentication Required\n' });
  await expect(denied.done).rejects.toMatchObject({ code: 'PROXY_DENIED', exitCode: 5 });
});
