import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';

/** Tests run the program as users do, so it is built from the sources under test first. */
export default function setup(): void {
  // Each project of vitest.config.ts has this as its set-up; the processes that run tests inherit the mark.
  if (process.env['TEAMVM_TEST_BUILT'] === '1') return;
  process.env['TEAMVM_TEST_BUILT'] = '1';
  const root = resolve(import.meta.dirname, '..');
  execFileSync(process.execPath, ['--import', 'tsx', 'scripts/build.ts'], { cwd: root, stdio: 'inherit' });
}
