import { expect, it } from 'vitest';
import { drift } from '../../../src/capture/drift/drift.ts';
import { openLayeredShop } from '../../fakes/open-layered-shop.ts';

/** What `drift` notes in a workspace whose files of the engine were written since it started. */
async function note(files: Readonly<Record<string, string>>, yaml = ''): Promise<readonly string[]> {
  const shop = await openLayeredShop(yaml);
  await shop.start(await shop.addVersion({ '/etc/issue': 'Debian' }));
  const printed = Object.entries(files).map(([file, text]) => `${file}\0${text}\0`);
  shop.store.scripts.set('for f in hosts', printed.join(''));
  await drift(shop.context, 'main', false);
  return shop.context.fake.progress.said;
}

const engines = '127.0.0.1\tlocalhost\n::1\tip6-localhost ip6-loopback\n172.17.0.2\tshop\n';

it.each([
  ['hosts', `${engines}10.0.0.1 api.example.test # ours\n`, '{extra_hosts: {api.example.test: "10.0.0.1"}}'],
  ['hostname', 'box\n', '`name` in devenv.yaml'],
  ['resolv.conf', 'nameserver 10.0.0.2\n', '`dns` in daemon.json'],
])('says that an edit of /etc/%s is in no version, and what to use', async (file, text, advice) => {
  const said = await note({ [file]: text });
  expect(said).toEqual([expect.stringContaining(`Edits of /etc/${file} are in no version`)]);
  expect(said[0]).toContain(advice);
});

it.each([
  ['of the engine', engines, ''],
  ['of the engine\u2019s machine', `127.0.0.1\tbox\n10.0.0.7\tbuild\n${engines}`, ''],
  ['that devenv.yaml declares', `${engines}10.0.0.1 api\n`, 'limits: {extra_hosts: {api: 10.0.0.1}}\n'],
])('says nothing of hosts %s', async (_what, text, yaml) => {
  expect(await note({ hosts: text, hostname: 'shop\n' }, yaml)).toEqual([]);
});
