import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { dropIntent, readIntent, writeIntent, type CommitIntent } from '../../../src/capture/commit/commit-intent.ts';
import { NodeHostFiles } from '../../../src/adapters/host/node-host-files.ts';

const stateFolder = mkdtempSync(join(tmpdir(), 'commit-intent-'));

afterAll(() => {
  rmSync(stateFolder, { recursive: true });
});

it('is dropped by the command that wrote it, and by no other', async () => {
  const world = { files: new NodeHostFiles(), machine: { stateFolder } } as never;
  const [mine, theirs] = ['mine', 'theirs'].map((transaction): CommitIntent => ({
    ...{ transaction, engine: 'unix:///run/docker.sock', container: 'c' },
    ...{ paused: false, reference: `devenv/x:capture-${transaction}` },
  })) as [CommitIntent, CommitIntent];
  await writeIntent(world, '/project', mine);
  await writeIntent(world, '/project', theirs);
  await dropIntent(world, '/project', mine);
  expect(await readIntent(world, '/project')).toEqual(theirs);
  await dropIntent(world, '/project', theirs);
  expect(await readIntent(world, '/project')).toBeUndefined();
});
