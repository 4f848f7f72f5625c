import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programs } from '../../../../src/adapters/overlay/helper/generated/helper-programs.ts';
import { StorageHelper } from '../../../../src/adapters/overlay/helper/storage-helper.ts';

const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

export interface Program {
  readonly helper: StorageHelper;
  /** For files of the test; removed by `stop`. */
  readonly folder: string;
  readonly stop: () => void;
}

/** Writes the program for this machine into a folder and gives its path; or that of the sanitized one, if it is in use. */
export function writeProgram(folder: string): string {
  const sanitized = process.env['TEAMVM_TEST_HELPER'];
  if (sanitized !== undefined) return sanitized;
  const program = join(folder, 'program');
  writeFileSync(program, Buffer.from(programs[architectures[process.arch] ?? ''] ?? '', 'base64'), { mode: 0o755 });
  return program;
}

/** Starts the helper's program as a child of the tests, in no container: its own root is this machine's. */
export function startProgram(): Program {
  const folder = mkdtempSync(join(tmpdir(), 'devenv-helper-test-'));
  const child = spawn(writeProgram(folder), [], { stdio: ['pipe', 'pipe', 'inherit'] });
  const close = (): void => void child.kill();
  const helper = new StorageHelper({ input: child.stdin, output: child.stdout, close, remove: async () => undefined });
  const stop = (): void => {
    helper.stop();
    rmSync(folder, { recursive: true });
  };
  return { helper, folder, stop };
}
