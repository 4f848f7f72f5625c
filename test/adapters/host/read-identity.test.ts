import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { readIdentity } from '../../../src/adapters/host/read-identity.ts';
import { NodeHostFiles } from '../../../src/adapters/host/node-host-files.ts';
import { PersonGit } from '../../../src/adapters/host/person-git.ts';
import { NodeProcesses } from '../../../src/adapters/host/node-processes.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'devenv-git-'));
  execFileSync('git', ['init', '-q', folder]);
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

const machine = { user: 'ann', hostname: 'box' };
const author = (env: Record<string, string> = {}): Promise<string> => {
  vi.stubEnv('GIT_CONFIG_GLOBAL', '/dev/null');
  vi.stubEnv('GIT_CONFIG_SYSTEM', '/dev/null');
  return readIdentity(new PersonGit(new NodeProcesses(), new NodeHostFiles()), machine, folder, env);
};
const configure = (text: string): void => writeFileSync(join(folder, '.git/config'), text);

describe('readIdentity', () => {
  it('falls back to user and host', async () => {
    configure('');
    expect(await author()).toBe('ann@box');
  });

  it('reads the project, the last value wins, and control characters are left out', async () => {
    configure('[user]\nname = A\nname = "Ann\\b <Lee>\\tX"\nemail = a@b.example\n');
    expect(await author()).toBe('Ann LeeX <a@b.example>');
  });

  it('prefers the environment, as git does', async () => {
    configure('[user]\nname = A\n');
    expect(await author({ GIT_AUTHOR_NAME: 'Bo', GIT_AUTHOR_EMAIL: 'bo@x.example' })).toBe('Bo <bo@x.example>');
    expect(await author()).toBe('A <ann@box>');
  });

  it('does without git', async () => {
    const processes = { run: async () => ({ exitCode: 127, stdout: '', stderr: '' }) };
    expect(await readIdentity(new PersonGit(processes, new NodeHostFiles()), machine, folder, {})).toBe('ann@box');
  });
});
