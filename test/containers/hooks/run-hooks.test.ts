import { expect, it } from 'vitest';
import { runHook } from '../../../src/containers/hooks/run-hooks.ts';
import { labels } from '../../../src/observe/labels.ts';
import { addContainer } from '../../fakes/add-container.ts';
import { openShop } from '../../fakes/open-shop.ts';

const site = { user: 'dev', workingDir: '/workspace', env: [], secrets: new Map<string, string>() };

it.each([
  ['#!/bin/sh\r\nexit\r\n', /^set-up\.sh has the line ends of Windows/],
  ['#!/bin/sh\nexit 1\n', /^(?!.*Windows)/],
])('of a hook that fails says if its script has the line ends of Windows: %j', async (text, hint) => {
  const shop = await openShop();
  const { engine, files } = shop.fake;
  await files.writeAtomic('/shop/set-up.sh', text);
  await addContainer(engine, 'shop');
  const [container] = await engine.runtime.list([`${labels.folder}=/shop`]);
  if (container === undefined) throw new Error('no container');
  engine.runtime.programs['/bin/sh'] = () => 127;
  const failed = runHook(shop, engine.runtime, 'create', { create: './set-up.sh' }, { container, ...site });
  await expect(failed).rejects.toMatchObject({ code: 'HOOK_FAILED', suggestions: [expect.stringMatching(hint)] });
});
