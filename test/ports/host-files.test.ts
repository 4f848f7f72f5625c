import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe } from 'vitest';
import { NodeHostFiles } from '../../src/adapters/host/node-host-files.ts';
import { FakeHostFiles } from '../fakes/fake-host-files.ts';
import { checkHostFiles } from './host-files.contract.ts';

describe('the files of this machine', () => {
  const folder = mkdtempSync(join(tmpdir(), 'devenv-files-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  checkHostFiles(() => ({ files: new NodeHostFiles(), folder }));
});

describe('files in memory', () => {
  const files = new FakeHostFiles({ '/srv/there': '' });
  checkHostFiles(() => ({ files, folder: '/srv' }));
});
