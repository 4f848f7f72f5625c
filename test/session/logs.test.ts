import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { logs, type LogsOptions } from '../../src/session/logs.ts';
import { addContainer } from '../fakes/add-container.ts';
import { makeContext, type FakeContext } from '../fakes/make-context.ts';

const yaml = 'version: 1\nname: shop\nbase: debian:bookworm-slim\nservices: {db: {image: postgres}}\n';

async function openShop(): Promise<FakeContext> {
  const context = makeContext({ 'devenv.yaml': yaml });
  await addContainer(context.fake.engine, 'shop');
  await addContainer(context.fake.engine, 'shop-db', { service: 'db' });
  for (const { name, log } of context.fake.engine.runtime.containers) {
    log.push({ to: 'stdout', text: `${name} one\n` }, { to: 'stderr', text: `${name} two\n` });
  }
  return context;
}

async function read(context: FakeContext, options: Partial<LogsOptions> = {}) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  await logs(context, { workspace: 'main', follow: false, stdout, stderr, ...options });
  return { stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
}

describe('logs', () => {
  it('copies the output of the workspace, each stream to its own', async () => {
    expect(await read(await openShop())).toEqual({ stdout: 'shop one\n', stderr: 'shop two\n' });
  });

  it('copies the output of a service', async () => {
    expect(await read(await openShop(), { service: 'db' })).toMatchObject({ stdout: 'shop-db one\n' });
  });

  it('takes the last lines only', async () => {
    expect(await read(await openShop(), { tail: 1 })).toEqual({ stdout: '', stderr: 'shop two\n' });
  });

  it('says in one line that there is no output', async () => {
    const context = await openShop();
    for (const { log } of context.fake.engine.runtime.containers) log.length = 0;
    await read(context, { service: 'db' });
    await read(context, { since: { kind: 'ago', milliseconds: 60_000 } });
    await read(context, { tail: 0 });
    expect(context.fake.progress.said).toEqual([
      'The service db has printed nothing.',
      'The workspace has printed nothing since then.',
    ]);
  });

  it('refuses a service that there is not, and a workspace that there is not', async () => {
    const context = await openShop();
    await expect(read(context, { service: 'mail' })).rejects.toMatchObject({ exitCode: expect.any(Number) });
    await expect(read(context, { service: 'bd' })).rejects.toMatchObject({
      suggestions: [expect.stringMatching(/^Did you mean db\? It has /)],
    });
    await expect(read(context, { workspace: 'two' })).rejects.toMatchObject({ code: 'WORKSPACE_NOT_FOUND' });
  });
});
