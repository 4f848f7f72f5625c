import { describe, expect, it } from 'vitest';
import { manageTrust } from '../../src/machine/trust.ts';
import type { Git } from '../../src/ports/git.ts';
import { makeContext, type FakeContext } from '../fakes/make-context.ts';

const yaml = 'version: 1\nname: shop\nbase: debian:bookworm-slim\nvolumes: ["/srv:/srv:ro"]\n';

async function openShop(): Promise<FakeContext> {
  const unused = (): Promise<never> => Promise.reject(new Error('The test asks git for settings only.'));
  const git: Git = {
    ...{ readSettings: async () => new Map(), readRepository: async () => new Map() },
    ...{ judgeFile: unused, askCredential: unused, readRemote: unused },
  };
  const context = makeContext({ 'devenv.yaml': yaml }, { ports: { git } });
  await context.fake.files.makeFolder(context.machine.stateFolder);
  return context;
}

describe('trust', () => {
  it('shows each request once and asks one question', async () => {
    const context = await openShop();
    expect(await manageTrust(context, 'grant')).toMatchObject({ trusted: true, missing: [] });
    expect(context.fake.prompt.asked).toEqual(['Agree to exactly this for /shop?']);
    expect(context.fake.progress.said.join('\n')).toContain('/srv at /srv, to read');
  });

  it('asks nothing again for the same requests', async () => {
    const context = await openShop();
    await manageTrust(context, 'grant');
    await manageTrust(context, 'grant');
    expect(context.fake.prompt.asked).toHaveLength(1);
  });

  it('asks again for a request that was added', async () => {
    const context = await openShop();
    await manageTrust(context, 'grant');
    await context.fake.files.writeAtomic('/shop/devenv.yaml', `${yaml}limits: {privileged: true}\n`);
    expect(await manageTrust(context, 'show')).toMatchObject({ trusted: false, missing: [{ kind: 'privilege' }] });
  });

  it('keeps nothing if the answer is no', async () => {
    const context = await openShop();
    context.fake.prompt.agrees = false;
    await expect(manageTrust(context, 'grant')).rejects.toMatchObject({ code: 'NOT_CONFIRMED' });
    expect(await manageTrust(context, 'show')).toMatchObject({ trusted: false });
  });

  it('forgets the agreement on request', async () => {
    const context = await openShop();
    await manageTrust(context, 'grant');
    expect(await manageTrust(context, 'revoke')).toMatchObject({ trusted: false, missing: [{ kind: 'mount' }] });
  });
});
