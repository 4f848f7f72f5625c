import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { repositoryScript } from '../../../src/providers/repositories/repository-script.ts';

let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'devenv-repository-'));
  mkdirSync(join(root, 'etc/apt/keyrings'), { recursive: true });
  mkdirSync(join(root, 'tmp'));
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

it('keeps the copied key for another run if apt is busy, and only as a keyring of apt once it succeeded', () => {
  const script = repositoryScript.replaceAll('/tmp/', `${root}/tmp/`).replaceAll('/etc/apt', `${root}/etc/apt`);
  const keys = join(root, 'etc/apt/keyrings');
  writeFileSync(join(keys, 'lab'), '-----BEGIN PGP PUBLIC KEY BLOCK-----\n');
  const words = ['add', 'lab', 'http://127.0.0.1/', 'stable', 'main', ''];
  const busy = spawnSync('sh', ['-c', script, 'sh', ...words, 'sh', '-c', 'echo "E: Could not get lock"; exit 1']);
  expect(busy.status).toBe(100);
  execFileSync('sh', ['-c', script, 'sh', ...words, 'true']);
  expect(readdirSync(keys)).toEqual(['lab.asc']);
});
